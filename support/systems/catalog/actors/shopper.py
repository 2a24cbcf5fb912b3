"""A shopper, as the outside world sees one: asks, waits, and remembers what came back."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from support.systems.catalog.actors.catalog_api import CatalogApi, Response


@dataclass(frozen=True, slots=True)
class Visit:
    """One opened catalog: what was shown, where it is said to come from, how old it is, and how long the shopper waited.

    *status* is None when no whole answer came, *stale* is what the shop says of its prices; *text* is the answer as it was, or
    what came instead.
    """

    status: int | None
    prices: Mapping[str, Decimal]
    waited: timedelta
    at: float
    source: str
    age: timedelta | None
    come_back_after: timedelta | None
    text: str
    stale: bool = False

    @property
    def served(self) -> bool:
        return self.status == 200 and bool(self.prices)


@dataclass(frozen=True, slots=True)
class Crowd:
    """The visits of many shoppers who came at the same moment."""

    visits: tuple[Visit, ...]


class Shopper:
    """Opens the catalog. A shop that hangs or slams the door is a result too, not an error of the suite."""

    def __init__(self, catalog: CatalogApi) -> None:
        self._catalog = catalog

    def open_catalog(self) -> Visit:
        return _visit(self._catalog.bundles())

    def crowd(self, size: int, for_: timedelta = timedelta(0)) -> Crowd:
        """*size* shoppers at once, each with connections of its own; each comes again and again until *for_* has passed."""
        end = time.monotonic() + for_.total_seconds()

        def visits(_number: int) -> list[Visit]:
            made = [self.open_catalog()]
            while time.monotonic() < end:
                made.append(self.open_catalog())
            return made

        with ThreadPoolExecutor(size) as pool:
            return Crowd(tuple(visit for made in pool.map(visits, range(size)) for visit in made))


def crowds(shops: Sequence[Shopper], size: int) -> Crowd:
    """*size* shoppers at each of the *shops*, all at once."""
    with ThreadPoolExecutor(len(shops)) as pool:
        return Crowd(tuple(visit for crowd in pool.map(lambda shop: shop.crowd(size), shops) for visit in crowd.visits))


def _visit(response: Response) -> Visit:
    return Visit(
        status=response.status,
        prices=_prices(response),
        waited=timedelta(seconds=response.waited_s),
        at=response.at,
        source=str(response.body.get("source", "")),
        age=_seconds(response.body.get("age_seconds")),
        stale=response.body.get("stale") is True,
        come_back_after=_seconds(response.headers.get("Retry-After")),
        text=response.text or response.error,
    )


def _seconds(value: object) -> timedelta | None:
    try:
        return timedelta(seconds=float(str(value)))
    except ValueError:
        return None


def _prices(response: Response) -> dict[str, Decimal]:
    try:
        return {str(bundle["description"]): Decimal(bundle["price"]) for bundle in response.body.get("bundles", [])}
    except (KeyError, TypeError, InvalidOperation):
        return {}  # a shopper cannot read such a page; what it said stays in the visit's text
