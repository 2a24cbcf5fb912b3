"""An update that somebody has started and does not wait for."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier
from typing import Self

from support.core.errors import InconclusiveError
from support.systems.catalog.actors.catalog_api import CatalogApi
from support.systems.catalog.actors.operator import Operator, Update


class RunningUpdate:
    """Under way from the start of this object on."""

    def __init__(self, service: CatalogApi) -> None:
        pool = ThreadPoolExecutor(1)
        self._report = pool.submit(Operator(service).update_catalog)
        pool.shutdown(wait=False)

    @property
    def is_over(self) -> bool:
        return self._report.done()

    def must_not_be_over(self) -> None:
        """Raises `InconclusiveError` when it has ended well: what was done to it came too late to mean anything."""
        if self._report.done() and self._report.result().answered and not self._report.result().error:
            raise InconclusiveError(f"the update was already over: {self._report.result()}")

    def ended(self, within: timedelta = timedelta(seconds=15)) -> Update:
        """Wait for its end."""
        return self._report.result(within.total_seconds())


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
