"""An operator who asks the service to reload (SIGHUP)."""

from dataclasses import dataclass
from datetime import timedelta

from support.core.eventually import patiently
from support.environments.parts import Part
from support.systems.catalog.actors.catalog_api import CatalogApi

SOON = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Reload:
    """What the service says of its start, before and after, and the id of its process; without an answer it says nothing."""

    started_at_before: str
    started_at: str
    pid_before: int
    pid: int


class Reloader:
    def __init__(self, part: Part, catalog: CatalogApi) -> None:
        self._part = part
        self._catalog = catalog

    def reload(self) -> Reload:
        """Returns when the service says that it has started anew, or when it has not said so for long."""
        before, pid = self._started_at(), self._part.pid
        self._part.reload()

        def check() -> str:
            now = self._started_at()
            assert now not in {"", before}, "the service has not reloaded"
            return now

        try:
            now = patiently(check, within=SOON)
        except AssertionError:
            now = self._started_at()
        return Reload(before, now, pid, self._part.pid)

    def _started_at(self) -> str:
        return str(self._catalog.get("/health/live").body.get("started_at", ""))
