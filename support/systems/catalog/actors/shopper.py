"""A shopper, who opens the catalog and records the answer."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from support.core.amounts import span
from support.systems.catalog.actors.catalog_api import CatalogApi, Response, source_in_words

OK = 200
AGE_ROUNDING = timedelta(seconds=1.5)  # a header has whole seconds, or the second of a date
MOST_SHOWN, LONGEST_TEXT = 3, 120  # prices and characters of an answer that a sentence tells


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for the catalog: the prices shown, their source and age as the answer gives them, and the wait.

    *status* is None when no complete answer arrived. *stale* is the answer's own label; *text* is the body, or the error.
    *contradiction* says what the headers name otherwise than the body; empty if they agree.
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
    contradiction: str = ""

    @property
    def served(self) -> bool:
        return self.status == 200 and bool(self.prices)

    def __str__(self) -> str:
        """For example: 200 after 12 ms, from the backup, "Europe 5 GB" at 21.00."""
        shown = [f'"{name}" at {price}' for name, price in list(self.prices.items())[:MOST_SHOWN]]
        more = [f"{len(self.prices) - MOST_SHOWN} more"] if len(self.prices) > MOST_SHOWN else []
        source = [f"from the {source_in_words(self.source)}"] if self.source else []
        what = [*source, *shown, *more] if self.served else [self.text[:LONGEST_TEXT]]
        return f"{self.status or 'no answer'} after {span(self.waited.total_seconds())}, {', '.join(what)}"


@dataclass(frozen=True, slots=True)
class Crowd:
    """The visits of many shoppers."""

    visits: tuple[Visit, ...]


def longest_wait(visits: Sequence[Visit]) -> timedelta:
    return max((visit.waited for visit in visits), default=timedelta())


class Shopper:
    """Opens the catalog. A service that hangs or refuses gives a `Visit` too, not an exception."""

    def __init__(self, catalog: CatalogApi) -> None:
        self._catalog = catalog

    def open_catalog(self) -> Visit:
        return _visit(self._catalog.bundles())

    def crowd(self, size: int, for_: timedelta = timedelta(0)) -> Crowd:
        """*size* shoppers at once, each with its own connections. Each opens the catalog repeatedly until *for_* has passed."""
        end = time.monotonic() + for_.total_seconds()

        def visits(_number: int) -> list[Visit]:
            made = [self.open_catalog()]
            while time.monotonic() < end:
                made.append(self.open_catalog())
            return made

        with ThreadPoolExecutor(size) as pool:
            return Crowd(tuple(visit for made in pool.map(visits, range(size)) for visit in made))


def crowds(shops: Sequence[Shopper], size: int) -> Crowd:
    """*size* shoppers at each service, all at once. *shops* has one shopper per service."""
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
        come_back_after=retry_after(response.headers.get("Retry-After", "")),
        text=response.text or response.error,
        contradiction=_contradiction(response),
    )


def _contradiction(response: Response) -> str:
    """In a sentence, what header and body of an answer name differently. An age in the header is in whole seconds."""
    body, headers = response.body, response.headers
    if response.status == OK and headers.get("Catalog-Source") != body.get("source"):
        return f"its header names the source {headers.get('Catalog-Source')!r}, its body {body.get('source')!r}"
    age, header_age = _seconds(body.get("age_seconds")), _seconds(headers.get("Age"))
    if response.status == OK and age and (header_age is None or abs(age - header_age) > AGE_ROUNDING):
        return f"its header gives the age {headers.get('Age')!r}, its body {body.get('age_seconds')} s"
    wait, header_wait = _seconds(body.get("retry_after_seconds")), retry_after(headers.get("Retry-After", ""))
    if wait is not None and header_wait is not None and abs(wait - header_wait) > AGE_ROUNDING:
        return f"its header asks for a wait of {header_wait.total_seconds():.0f} s, its body for {wait.total_seconds():g} s"
    return ""


def _seconds(value: object) -> timedelta | None:
    try:
        return timedelta(seconds=float(str(value)))
    except ValueError:
        return None


def retry_after(value: str) -> timedelta | None:
    """Retry-After: the header's whole seconds, or the time until its date (RFC 9110, 10.2.3); None if it is neither."""
    try:
        return timedelta(seconds=Retry().parse_retry_after(value))
    except InvalidHeader:
        return None


def _prices(response: Response) -> dict[str, Decimal]:
    try:
        return {str(bundle["description"]): Decimal(bundle["price"]) for bundle in response.body.get("bundles", [])}
    except (KeyError, TypeError, InvalidOperation):
        return {}  # unreadable for a shopper; the visit's text keeps the body
