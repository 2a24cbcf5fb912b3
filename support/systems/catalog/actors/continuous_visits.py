"""Shoppers who keep coming while things happen, until somebody closes the shop."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count
from threading import Event
from types import TracebackType
from typing import Self

from support.systems.catalog.actors.catalog_api import CatalogApi
from support.systems.catalog.actors.shopper import Crowd, Shopper, Visit

PAUSE_S = 0.05
FAILOVER_TIMEOUT_S = 1.0  # who is not let in after that goes to the next door, if there is one


class ContinuousVisits:
    """Each shopper comes again a moment after leaving. With several doors each visit begins at the next one in turn.

    Who gets no answer at a door goes on to the others, as whatever stands before several services would do; the wait is that
    of all doors together. The end of the `with` block ends what was begun.
    """

    def __init__(self) -> None:
        self._over = Event()
        self._made: list[Visit] = []
        self._running: list[Future[None]] = []
        self._pool: ThreadPoolExecutor | None = None

    def begin(self, shoppers: int, urls: Sequence[str]) -> None:
        several = {"timeout_s": FAILOVER_TIMEOUT_S} if len(urls) > 1 else {}
        doors = [Shopper(CatalogApi(url, **several)) for url in urls]
        self._pool = ThreadPoolExecutor(shoppers)
        self._running = [self._pool.submit(self._come, doors, number) for number in range(shoppers)]

    def end(self) -> Crowd:
        """All visits, in the order in which they began, once the last shopper has left."""
        self._over.set()
        if self._pool:
            self._pool.shutdown()
        for shopper in self._running:
            shopper.result()
        return Crowd(tuple(sorted(self._made, key=lambda visit: visit.at)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.end()

    def _come(self, doors: Sequence[Shopper], number: int) -> None:
        for turn in count(number):
            first = turn % len(doors)
            self._made.append(_visit([*doors[first:], *doors[:first]]))
            if self._over.wait(PAUSE_S):
                return


def _visit(doors: Sequence[Shopper]) -> Visit:
    visit = doors[0].open_catalog()
    waited, began = timedelta(0), visit.at
    for door in doors[1:]:
        if visit.status is not None:
            break
        waited += visit.waited
        visit = door.open_catalog()
    return replace(visit, waited=waited + visit.waited, at=began)
