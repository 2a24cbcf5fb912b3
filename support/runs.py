"""Which run a scenario belongs to. Catalog and clusters are brought up only for scenarios that need them."""

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager

from support.backends.clearing import clear
from support.infrastructure_run import AREA, InfrastructureRun
from support.reporting.current import Recording
from support.run import Run, open_run


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
    with ExitStack() as stack:
        stack.callback(clusters.close)
        catalog = None
        if any(AREA not in one.tags for one in recording.selected):
            catalog = stack.enter_context(open_run(recording))
        else:
            services = recording.settings.services.values()
            if services:
                recording.describe(backend="attached", reason=f"judged where they run: {', '.join(map(str, services))}")
            else:
                recording.describe(backend="embedded", reason="clusters run as child processes")
            for sentence in clear():
                recording.journal.write("swept", message=sentence)
        yield Runs(catalog, clusters)
