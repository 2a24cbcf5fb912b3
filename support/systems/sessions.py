"""Which run a scenario belongs to. Catalog and clusters are brought up only for scenarios that need them."""

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager

from support.behave_runtime.recording import Recording
from support.environments.choice import Choice, choose_for_clusters, demand_contained
from support.environments.cleanup import clear
from support.systems.catalog.session import Run, open_run
from support.systems.infrastructure.session import AREA, InfrastructureRun, kinds_needed


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
    areas = {AREA in one.tags for one in recording.selected}
    kinds = kinds_needed(recording.selected)
    chosen = choose_for_clusters(recording.settings, kinds) if areas != {False} else Choice("", "nobody needs them")
    if chosen.backend == "containers":
        demand_contained(recording.settings, kinds)
    clusters = InfrastructureRun(recording, chosen.backend)
    with ExitStack() as stack:
        stack.callback(clusters.close)
        catalog = None
        if False in areas:
            beside = f"; clusters: {chosen.backend}, {chosen.reason}" if True in areas else ""
            catalog = stack.enter_context(open_run(recording, beside=beside))
        else:
            recording.describe(backend=chosen.backend, reason=chosen.reason)
            for sentence in clear():
                recording.journal.write("swept", message=sentence)
        yield Runs(catalog, clusters)
