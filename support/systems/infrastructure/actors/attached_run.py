"""An operator whose services already run. The real command tests them at their addresses."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from hamcrest import empty

from support.core.checkout import CHECKOUT
from support.core.checks import assert_that
from support.core.errors import BrokenHarnessError
from support.core.eventually import patiently
from support.environments.programs import dying_with_parent
from support.environments.run_directory import folder_for_nested_run
from support.gate.execution.work_queue import QUEUE, WORKER
from support.systems.infrastructure.addresses import variable
from support.systems.infrastructure.clusters.cluster import Cluster
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.etcd import EtcdCluster
from support.systems.infrastructure.clusters.kafka import KafkaCluster
from support.systems.infrastructure.clusters.mysql import MySqlServer
from support.systems.infrastructure.clusters.redis import RedisCluster
from support.systems.infrastructure.clusters.run_ids import new_run_id, stale_run_ids
from support.systems.infrastructure.targets import ETCD_1

FEATURES = {
    "etcd": ["etcd_agreement"],
    "Kafka": ["kafka_topics"],
    "Redis": ["redis_connections", "redis_storage"],
    "MySQL": ["mysql_queries"],
}
RUN_TIMEOUT_S = 240  # far more than needed, so that a busy machine is no failure
REMOVAL_DELAY = timedelta(seconds=2)  # until all members of a cluster know that something was removed


@dataclass(frozen=True, slots=True)
class AttachedRun:
    """The result of a run on a service that already ran.

    *outcomes* holds "name: reason" of each scenario, by outcome. *left_out* holds the reasons of those that were not applicable.
    *left_behind* holds the names of stored things that this run or a killed run has left in the service.
    """

    outcomes: Mapping[str, list[str]]
    left_out: list[str]
    left_behind: list[str]


def store_leftovers(cluster: Cluster, age: timedelta) -> None:
    """Store in *cluster* what a run would leave behind that began *age* ago and was killed."""
    run_id = new_run_id(age)
    match cluster:
        case EtcdCluster():
            cluster.gateway(ETCD_1).put(f"{run_id}/left", "behind")
        case KafkaCluster():
            cluster.create_topic(f"{run_id}-left", partitions=1)
        case RedisCluster():
            cluster.client(cluster.primary()).set(f"{run_id}:left", "behind")
        case MySqlServer():
            cluster.create_database(run_id)


def run_attached(cluster: Cluster, config: ClusterConfig) -> AttachedRun:
    """Test *cluster* at its address, in a separate run.

    That run judges the broken variant that *config* names, if any.
    """
    before = {name for name in cluster.stored_names() if not stale_run_ids([name])}
    with folder_for_nested_run() as folder:
        results = folder / "results"
        features = [f"features/infrastructure/{one}.feature" for one in FEATURES[cluster.name]]
        options = ["--workers", "1", "-D", "report=no", "-D", f"results={results}", *features]
        if config.attached_variant:
            options += ["-D", f"infrastructure.defect={config.attached_variant}"]
        environment = {
            name: text for name, text in os.environ.items() if name not in {QUEUE, WORKER, "HOLDFAST_RESULTS"}
        }
        done = subprocess.run(
            dying_with_parent([sys.executable, "-m", "support.gate", "run", *options], "TERM"),
            cwd=CHECKOUT,
            env={**environment, variable(cluster.name): cluster.address_setting(), "TMPDIR": str(folder)},
            capture_output=True,
            text=True,
            timeout=RUN_TIMEOUT_S,
            check=False,
        )
        try:
            verdict = json.loads((results / "verdict.json").read_text(encoding="utf-8"))
        except OSError:
            raise BrokenHarnessError(
                f"the run has written no verdict: {done.stdout[-300:]}{done.stderr[-300:]}"
            ) from None
    if verdict["verdict"] == "broken":
        reasons = "; ".join([verdict["because"], *verdict["troubles"]])
        raise BrokenHarnessError(f'the run ended with the verdict "broken": {reasons}')
    outcomes: dict[str, list[str]] = {}
    scenarios = verdict["scenarios"]
    for one in scenarios:
        outcomes.setdefault(one["outcome"], []).append(": ".join(filter(None, (one["name"], one["reason"]))))
    left_out = sorted({one["reason"] for one in scenarios if one["outcome"] == "N/A"})
    return AttachedRun(outcomes, left_out, sorted(_added(cluster, before)))


def _added(cluster: Cluster, before: set[str]) -> set[str]:
    """Return what the cluster holds now and did not hold *before*."""
    with suppress(AssertionError):
        patiently(lambda: assert_that(cluster.stored_names() - before, empty()), within=REMOVAL_DELAY)
    return cluster.stored_names() - before
