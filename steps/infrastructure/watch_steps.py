"""Programs that watch etcd for changes."""

from datetime import timedelta

from hamcrest import equal_to, greater_than

from support.behave_runtime.gherkin import Context, given, then
from support.core.checks import assert_that
from support.core.eventually import eventually
from support.faults.desk import FaultDesk
from support.faults.model import Fault
from support.systems.infrastructure.actors.etcd_application import EtcdApplication
from support.systems.infrastructure.actors.etcd_watch import EtcdWatch
from support.systems.infrastructure.clusters.cluster import Role
from support.systems.infrastructure.clusters.cluster_manager import ClusterManager
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.etcd import EtcdCluster
from support.workload.attempts import Worker, Workers


@given("a program watches etcd for changes through {role:Role}")
def watches(context: Context, role: Role) -> None:
    stage = context.stage
    first, config = stage.the(ClusterManager).member_with_role(role), stage.the(ClusterConfig)
    watched = stage.the(EtcdApplication).prefix + config.etcd_watch_prefix
    watch = EtcdWatch(watched, stage.the(EtcdCluster), first, resumes=config.etcd_watch_resumes)
    stage.put(stage.the(Workers).keep(watch))


@given("the member that serves the watch {fault:Fault}")
def watched_member_fails(context: Context, fault: Fault) -> None:
    context.stage.the(FaultDesk).inject(context.stage.the(EtcdWatch).first, fault)


@then("within {limit:Duration} the program has received every change exactly once and in order")
def received_every_change(context: Context, limit: timedelta) -> None:
    context.stage.put(context.stage.the(Worker).finish())
    kept = context.stage.the(EtcdApplication).values()
    watch = context.stage.the(EtcdWatch)
    assert_that(len(kept), greater_than(20), "changes in etcd")

    def check() -> None:
        received = [entry.value for entry in watch.so_far().entries]
        assert_that(received, equal_to(kept), "the changes that the program received")

    eventually(check, within=limit)
