"""Updates of the catalog by several instances: at the same moment, concurrently, or in turn."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier
from typing import Self

from support.core.eventually import patiently
from support.systems.catalog.actors.catalog_api import CatalogApi
from support.systems.catalog.actors.operator import Operator, Update

TURN = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Updates:
    """The updates of several services."""

    made: tuple[Update, ...]

    @classmethod
    def at_once(cls, services: Sequence[CatalogApi]) -> Self:
        """One update per service, all started at the same moment."""
        start = Barrier(len(services))

        def update(service: CatalogApi) -> Update:
            start.wait()
            return Operator(service).update_catalog()

        with ThreadPoolExecutor(len(services)) as pool:
            return cls(tuple(pool.map(update, services)))

    def count(self, status: str) -> int:
        return sum(update.status == status for update in self.made)


def update_concurrently(services: Sequence[CatalogApi], times: int, meanwhile: Callable[[], None]) -> Updates:
    """Each service makes *times* updates in a row, concurrently with the others; *meanwhile* is called until all are done.

    A service that is refused because another is updating, which it may be at once, asks again until its turn comes.
    """

    def updates(service: CatalogApi) -> Updates:
        return Updates(tuple(_update_in_its_turn(Operator(service)) for _ in range(times)))

    with ThreadPoolExecutor(len(services)) as pool:
        running = [pool.submit(updates, service) for service in services]
        while not all(one.done() for one in running):
            meanwhile()
        return Updates(tuple(update for one in running for update in one.result().made))


def _update_in_its_turn(operator: Operator) -> Update:
    def check() -> Update:
        update = operator.update_catalog()
        assert update.status != "already_running", "another service was updating all the time"
        return update

    try:
        return patiently(check, within=TURN, every=0.05)
    except AssertionError:
        return operator.update_catalog()


def update_in_turn(services: Sequence[CatalogApi], before: Callable[[int], None]) -> Updates:
    """One update per service, in turn. *before* is called before each, with the number of services that follow."""

    def update(number: int, service: CatalogApi) -> Update:
        before(len(services) - number)
        return Operator(service).update_catalog()

    return Updates(tuple(update(number, service) for number, service in enumerate(services, start=1)))
