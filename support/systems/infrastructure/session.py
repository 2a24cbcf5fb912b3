"""The session of the infrastructure: its clusters, and what each scenario uses to work with them and to inject faults."""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from support.behave_runtime.recording import Recording
from support.behave_runtime.stage import Stage
from support.core.settings import Settings
from support.core.target import Target
from support.faults.dependency import Dependency
from support.faults.desk import FaultDesk
from support.faults.injectors.network import NetworkInjector
from support.faults.injectors.process import ProcessInjector
from support.faults.model import Mechanism
from support.gate.selection.scenarios import Selected
from support.reporting.figures import suite_share
from support.reporting.timeline_model import TimelineEvents
from support.systems.infrastructure.actors.etcd_application import EtcdApplication
from support.systems.infrastructure.actors.redis_application import RedisApplication
from support.systems.infrastructure.actors.storage import Storages
from support.systems.infrastructure.addresses import Addresses
from support.systems.infrastructure.backend import choose_backend, demand_containers
from support.systems.infrastructure.clusters.cluster import Cluster, ClusterEnvironment
from support.systems.infrastructure.clusters.cluster_manager import (
    CLUSTER_KINDS,
    ClusterManager,
    local_environment,
    open_clusters,
)
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.etcd import EtcdCluster
from support.systems.infrastructure.clusters.redis import RedisCluster
from support.systems.infrastructure.defects import config_with_defect, patch_applications
from support.systems.infrastructure.member_probe import MemberProbe
from support.systems.infrastructure.observers.monitor import Monitor
from support.systems.infrastructure.settings import InfrastructureSettings
from support.systems.infrastructure.timeline_events import timeline_events
from support.workload.attempts import Workers

if TYPE_CHECKING:
    from support.faults.injectors.base import Injector


def _kinds(tags: Collection[str]) -> list[str]:
    """Return the kinds of clusters that scenarios with these *tags* need."""
    return [kind for kind in CLUSTER_KINDS if f"needs.{kind}" in tags]


def _kinds_of_all(selected: Iterable[Selected]) -> list[str]:
    return _kinds({tag for one in selected for tag in one.tags})


def _services(settings: Settings) -> Mapping[str, Addresses] | None:
    """Return the running services to test; None if the suite starts its own clusters."""
    return settings.of(InfrastructureSettings).services or ({} if settings.backend == "attached" else None)


def _applications(needed: Iterable[Cluster], config: ClusterConfig) -> dict[str, EtcdApplication | RedisApplication]:
    """Return an application of each product that stores values, by the product's name."""
    applications: dict[str, EtcdApplication | RedisApplication] = {}
    for cluster in needed:
        match cluster:
            case RedisCluster():
                applications[cluster.name] = RedisApplication(cluster, config)
            case EtcdCluster():
                applications[cluster.name] = EtcdApplication(cluster, config)
    return applications


def _require_each_other(redis: RedisApplication, etcd: EtcdApplication) -> None:
    """Let each application read its configuration from the other product before each write (defect needs-everything)."""
    redis.precondition = lambda: etcd.get("configuration")
    etcd.precondition = lambda: redis.read("configuration")


class InfrastructureSession:
    """Starts a cluster when the first scenario that needs it begins, because each worker runs only some of the scenarios."""

    def __init__(self, recording: Recording, backend: str) -> None:
        self._recording = recording
        self._backend = backend
        defect = recording.settings.of(InfrastructureSettings).defect
        self._config = config_with_defect(defect)
        patch_applications(defect)
        self._stack = ExitStack()
        self._opened: ClusterManager | None = None

    @contextmanager
    def scenario(self, name: str, tags: Collection[str]) -> Iterator[Stage]:
        """Yield a stage with healthy clusters. Everything in the `with` block runs on the applications' host."""
        began = time.monotonic()
        kinds = _kinds(tags)
        clusters, journal = self._clusters, self._recording.journal
        with clusters.network.inside(clusters.application):
            if names := clusters.start(kinds):
                took = round(time.monotonic() - began, 3)
                journal.write("figure", scenario=None, name=f"{' and '.join(names)} up", value=took, unit="s")
            needed = clusters.of_kinds(kinds)
            for reason in clusters.restore(needed):
                journal.write("mended", message=reason)
            desk = FaultDesk(name, self._dependencies(clusters), journal)
            workers = Workers()
            items: list[object] = [desk, workers, clusters, clusters.config, *needed]
            applications = _applications(needed, clusters.config)
            stage = Stage(*items, *applications.values(), Storages(applications))
            if clusters.config.requires_all_services and len(needed) > 1:
                _require_each_other(stage.the(RedisApplication), stage.the(EtcdApplication))
            prepared_s = time.monotonic() - began
            try:
                with ExitStack() as stack:
                    for cluster in needed:
                        stage.history.append(stack.enter_context(Monitor(cluster)))
                    stack.enter_context(desk)
                    stack.callback(workers.end)
                    yield stage
            finally:
                suite_share(name, prepared_s + desk.overhead_s)

    def lacks(self, tags: Iterable[str]) -> str:
        """Return why a scenario with these tags is not applicable here, or an empty string."""
        return self._clusters.lacks({tag.removeprefix("needs.") for tag in tags if tag.startswith("needs.")})

    def timeline_events(self, stage: Stage, _began: float) -> TimelineEvents:
        return timeline_events(stage.history)

    def close(self) -> None:
        self._stack.close()

    @property
    def _clusters(self) -> ClusterManager:
        if self._opened is None:
            environment = self._stack.enter_context(self._environment())
            self._opened = self._stack.enter_context(open_clusters(environment, _services(self._recording.settings)))
        return self._opened

    def _environment(self) -> AbstractContextManager[ClusterEnvironment]:
        """Create the environment for the backend. The client of the container engine is imported only if it is needed."""
        recording = self._recording
        if self._backend != "containers":
            return local_environment(self._config, recording.logs, attached=self._backend == "attached")
        from support.systems.infrastructure.clusters.container_environment import container_environment  # noqa: PLC0415

        return container_environment(
            self._config, recording.settings, _kinds_of_all(recording.selected), recording.logs
        )

    def _dependencies(self, clusters: ClusterManager) -> Mapping[Target, Dependency]:
        probe = MemberProbe(clusters.network, clusters.members, clusters.hosts).probe
        injectors: Mapping[Mechanism, Injector] = {
            Mechanism.PROCESS: ProcessInjector(clusters.processes),
            Mechanism.NETWORK: NetworkInjector(clusters.network, clusters.hosts),
        }
        found = {target: Dependency(partial(probe, target), injectors) for target in clusters.hosts}
        no_effect = self._recording.settings.injector == "nothing"
        return {target: one.without_effect() if no_effect else one for target, one in found.items()}


@contextmanager
def open_infrastructure(recording: Recording) -> Iterator[InfrastructureSession]:
    """Yield a session that has not started any cluster yet. Raises `UsageError` if its settings are contradictory."""
    kinds = _kinds_of_all(recording.selected)
    choice = choose_backend(recording.settings, kinds)
    recording.describe("infrastructure", backend=choice.backend, reason=choice.reason)
    if choice.backend == "containers":
        demand_containers(recording.settings, kinds)
    session = InfrastructureSession(recording, choice.backend)
    try:
        yield session
    finally:
        session.close()
