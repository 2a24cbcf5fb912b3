"""Somebody whose services already run, and who has them judged where they are by the real command."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from hamcrest import assert_that, empty

from support.core.checkout import CHECKOUT
from support.core.errors import BrokenHarnessError
from support.core.eventually import eventually
from support.environments.programs import dying_with_parent
from support.gate.execution.work_queue import QUEUE, WORKER
from support.systems.infrastructure.addresses import variable
from support.systems.infrastructure.clusters.cluster import Cluster
from support.systems.infrastructure.clusters.etcd import EtcdCluster
from support.systems.infrastructure.clusters.kafka import KafkaCluster
from support.systems.infrastructure.clusters.marks import abandoned, new_mark
from support.systems.infrastructure.clusters.mysql import MySqlServer
from support.systems.infrastructure.clusters.redis import RedisCluster
from support.systems.infrastructure.clusters.setup import Setup
from support.systems.infrastructure.targets import ETCD_1

QUESTIONS = {
    "etcd": ["etcd_agreement"],
    "Kafka": ["kafka_topics"],
    "Redis": ["redis_connections", "redis_storage"],
    "MySQL": ["mysql_queries"],
}
PATIENCE_S = 90
MOMENT = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Inspection:
    """Scenarios by outcome, with the reason; reasons why some were left out; names of this or a killed run that are still there."""

    outcomes: Mapping[str, list[str]]
    left_out: list[str]
    left_behind: list[str]


def leave_behind(cluster: Cluster, age: timedelta) -> None:
    """Store in *cluster* what a run would leave there that began *age* ago and was killed."""
    mark = new_mark(age)
    match cluster:
        case EtcdCluster():
            cluster.gateway(ETCD_1).put(f"{mark}/left", "behind")
        case KafkaCluster():
            cluster.create(f"{mark}-left", partitions=1)
        case RedisCluster():
            cluster.client(cluster.primary()).set(f"{mark}:left", "behind")
        case MySqlServer():
            cluster.create(mark)


def inspect(cluster: Cluster, setup: Setup) -> Inspection:
    """Have *cluster* judged at its address by a run of its own, which knows of ours only whether it is to clean up."""
    before = {name for name in cluster.stored() if not abandoned([name])}
    with tempfile.TemporaryDirectory(prefix="hf-") as folder:
        results = Path(folder) / "results"
        features = [f"features/infrastructure/{one}.feature" for one in QUESTIONS[cluster.name]]
        options = ["--workers", "1", "-D", "report=no", "-D", f"results={results}", *features]
        if not setup.removes_what_it_stored:
            options += ["-D", "infrastructure_defect=leaves-its-data"]
        own = {name: text for name, text in os.environ.items() if name not in {QUEUE, WORKER, "HOLDFAST_RESULTS"}}
        done = subprocess.run(
            dying_with_parent([sys.executable, "-m", "support.gate", "run", *options], "TERM"),
            cwd=CHECKOUT,
            env={**own, variable(cluster.name): cluster.way_in(), "TMPDIR": folder},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        try:
            verdict = json.loads((results / "verdict.json").read_text(encoding="utf-8"))
        except OSError:
            raise BrokenHarnessError(f"the run left no verdict: {done.stdout[-300:]}{done.stderr[-300:]}") from None
    if verdict["verdict"] == "broken":
        raise BrokenHarnessError(f"the run broke: {'; '.join([verdict['because'], *verdict['troubles']])}")
    outcomes: dict[str, list[str]] = {}
    scenarios = verdict["scenarios"]
    for one in scenarios:
        outcomes.setdefault(one["outcome"], []).append(": ".join(filter(None, (one["name"], one["reason"]))))
    left_out = sorted({one["reason"] for one in scenarios if one["outcome"] == "N/A"})
    return Inspection(outcomes, left_out, sorted(_left(cluster, before)))


def _left(cluster: Cluster, before: set[str]) -> set[str]:
    """What the cluster has now and had not *before*; its members may hear a moment later that something was removed."""
    with suppress(AssertionError):
        eventually(lambda: assert_that(cluster.stored() - before, empty()), within=MOMENT)
    return cluster.stored() - before
