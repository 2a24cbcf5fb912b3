"""Which run a scenario belongs to. Catalog and clusters are brought up only for scenarios that need them."""

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager

from support.backends.clearing import clear
from support.infrastructure_run import AREA, InfrastructureRun
from support.reporting.current import Recording
from support.run import Run, open_run
from support.settings import Settings


class Runs:
    def __init__(self, catalog: Run | None, infrastructure: InfrastructureRun) -> None:
        self._catalog = catalog
        self._infrastructure = infrastructure

    def of(self, tags: Collection[str]) -> Run | InfrastructureRun:
        if AREA in tags or self._catalog is None:
            return self._infrastructure
        return self._catalog


@contextmanager
def open_runs(recording: Recording) -> Iterator[Runs]:
    """Bring up at once what may turn out to be asked for wrongly (a candidate); clusters come with their first scenario."""
    clusters = InfrastructureRun(recording)
    areas = {AREA in one.tags for one in recording.selected}
    backend, reason = _of_clusters(recording.settings)
    with ExitStack() as stack:
        stack.callback(clusters.close)
        catalog = None
        if False in areas:
            catalog = stack.enter_context(open_run(recording, beside=f"; clusters: {reason}" if True in areas else ""))
        else:
            recording.describe(backend=backend, reason=reason)
            for sentence in clear():
                recording.journal.write("swept", message=sentence)
        yield Runs(catalog, clusters)


def _of_clusters(settings: Settings) -> tuple[str, str]:
    """Their backend, and the reason for it."""
    if settings.services:
        return "attached", f"judged where they run: {', '.join(map(str, settings.services.values()))}"
    return "embedded", "as child processes, the only way so far"
