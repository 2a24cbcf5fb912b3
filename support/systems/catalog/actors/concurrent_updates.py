"""Several services that update the catalog: again and again all at once, or one after the other."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Self

from support.systems.catalog.actors.catalog_api import CatalogApi
from support.systems.catalog.actors.operator import Operator, Update


@dataclass(frozen=True, slots=True)
class Updates:
    """Updates that were started at the same moment, one a service."""

    made: tuple[Update, ...]

    @classmethod
    def at_once(cls, services: Sequence[CatalogApi]) -> Self:
        start = Barrier(len(services))

        def update(service: CatalogApi) -> Update:
            start.wait()
            return Operator(service).update_catalog()

        with ThreadPoolExecutor(len(services)) as pool:
            return cls(tuple(pool.map(update, services)))

    def count(self, status: str) -> int:
        return sum(update.status == status for update in self.made)


def update_concurrently(services: Sequence[CatalogApi], times: int, meanwhile: Callable[[], None]) -> Updates:
    """Each of *services* makes *times* updates, one after the other; *meanwhile* is called until all are done."""

    def updates(service: CatalogApi) -> Updates:
        return Updates(tuple(Operator(service).update_catalog() for _ in range(times)))

    with ThreadPoolExecutor(len(services)) as pool:
        running = [pool.submit(updates, service) for service in services]
        while not all(one.done() for one in running):
            meanwhile()
        return Updates(tuple(update for one in running for update in one.result().made))


def update_in_turn(services: Sequence[CatalogApi], before: Callable[[int], None]) -> Updates:
    """One update a service; *before* is called first, with the number of services that come after it."""

    def update(number: int, service: CatalogApi) -> Update:
        before(len(services) - number)
        return Operator(service).update_catalog()

    return Updates(tuple(update(number, service) for number, service in enumerate(services, start=1)))
