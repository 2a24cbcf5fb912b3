"""An update in the background."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from support.core.errors import InconclusiveError
from support.systems.catalog.actors.catalog_api import CatalogApi
from support.systems.catalog.actors.operator import Operator, Update


class RunningUpdate:
    """The update starts with this object."""

    def __init__(self, service: CatalogApi) -> None:
        pool = ThreadPoolExecutor(1)
        self._report = pool.submit(Operator(service).update_catalog)
        pool.shutdown(wait=False)

    @property
    def is_over(self) -> bool:
        return self._report.done()

    def must_not_be_over(self) -> None:
        """Raises `InconclusiveError` when it has already succeeded: a fault that was injected into it came too late."""
        if self._report.done() and self._report.result().answered and not self._report.result().error:
            raise InconclusiveError(f"the update had already ended: {self._report.result()}")

    def ended(self, within: timedelta = timedelta(seconds=15)) -> Update:
        """Wait for the end of the update and return its report."""
        return self._report.result(within.total_seconds())
