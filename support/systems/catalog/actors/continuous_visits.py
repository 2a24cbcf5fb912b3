"""Closed-loop load: shoppers who open the catalog again and again."""

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
FAILOVER_TIMEOUT_S = 1.0  # after this time a shopper tries the next instance, if there is one


class ContinuousVisits:
    """Each shopper comes again after a short pause. With several instances, visits start at each of them in turn.

    A visit without an answer goes on to the next instance, as a load balancer would do; its wait is that of all attempts.
    The end of the `with` block stops the shoppers.
    """

    def __init__(self) -> None:
        self._stopped = Event()
        self._made: list[Visit] = []
        self._running: list[Future[None]] = []
        self._pool: ThreadPoolExecutor | None = None

    def begin(self, shoppers: int, urls: Sequence[str]) -> None:
        several = {"timeout_s": FAILOVER_TIMEOUT_S} if len(urls) > 1 else {}
        instances = [Shopper(CatalogApi(url, **several)) for url in urls]
        self._pool = ThreadPoolExecutor(shoppers)
        self._running = [self._pool.submit(self._visit_repeatedly, instances, number) for number in range(shoppers)]

    def end(self) -> Crowd:
        """Stop, wait for the last visit, and return all visits in the order in which they began."""
        self._stopped.set()
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

    def _visit_repeatedly(self, instances: Sequence[Shopper], number: int) -> None:
        for turn in count(number):
            first = turn % len(instances)
            self._made.append(_visit([*instances[first:], *instances[:first]]))
            if self._stopped.wait(PAUSE_S):
                return


def _visit(instances: Sequence[Shopper]) -> Visit:
    visit = instances[0].open_catalog()
    waited, began = timedelta(0), visit.at
    for instance in instances[1:]:
        if visit.status is not None:
            break
        waited += visit.waited
        visit = instance.open_catalog()
    return replace(visit, waited=waited + visit.waited, at=began)
