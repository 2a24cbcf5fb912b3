"""Programs that watch etcd for changes."""

from datetime import timedelta

from hamcrest import empty, greater_than

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
from support.workload.loss_account import loss_ledger


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


@given("an application keeps storing, changing and deleting values in etcd")
def keeps_changing(context: Context) -> None:
    context.stage.put(context.stage.the(Workers).start(context.stage.the(EtcdApplication).change))


@then("within {limit:Duration} the program has received every change exactly once and in order")
def received_every_change(context: Context, limit: timedelta) -> None:
    made = context.stage.put(context.stage.the(Worker).finish()).made
    prefix, watch = context.stage.the(EtcdApplication).prefix, context.stage.the(EtcdWatch)
    assert_that(sum(one.confirmed for one in made), greater_than(20), "confirmed changes")

    def check() -> None:
        received = watch.so_far()
        ledger = context.stage.put(loss_ledger("changes", made, "the program", received.names(prefix)))
        assert_that(ledger.lost(), empty(), "confirmed changes that the program did not receive")
        assert_that(ledger.unexpected(), empty(), "changes that the program received and nobody made")
        assert_that(ledger.duplicated(), empty(), "changes that the program received twice")
        assert_that(received.out_of_order(prefix), empty(), "changes that the program received after a later one")

    eventually(check, within=limit)
