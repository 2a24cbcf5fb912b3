"""etcd: values, leaders, agreement between members, and linearizability."""

from datetime import timedelta

from hamcrest import empty, equal_to, greater_than, has_length, is_in, is_not

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.eventually import eventually
from support.core.target import Target
from support.measure.ledger import Fate
from support.measure.linearizability import assert_linearizable
from support.reporting.figures import record_figures
from support.systems.infrastructure.actors.etcd_application import EtcdApplication, write_and_read_back
from support.systems.infrastructure.actors.etcd_register import EtcdRegister, operations
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.etcd import EtcdCluster
from support.systems.infrastructure.role_faults import RoleFault
from support.workload.attempts import Attempts, Worker, Workers
from support.workload.call_times import elapsed_since

SOON = timedelta(seconds=5)


@when("{count:Count} values are written through {member:Target}, and each is read at once through every other member")
def written_through(context: Context, count: int, member: Target) -> None:
    context.stage.put(
        write_and_read_back(context.stage.the(EtcdCluster), context.stage.the(ClusterConfig), member, count)
    )


@then("every read returned the value just written")
def reads_return_written_value(context: Context) -> None:
    attempts = context.stage.the(Attempts)
    wrong = [
        f"{one.value} was read after {one.what} had been written" for one in attempts.made if one.value != one.what
    ]
    assert_that(wrong, empty(), "reads that returned another value")


@then("within {limit:Duration} {count:Count} etcd members name the same leader")
def same_leader(context: Context, limit: timedelta, count: int) -> None:
    cluster = context.stage.the(EtcdCluster)
    eventually(
        lambda: assert_that(
            cluster.members_agreeing_on_leader(), has_length(count), "the members that name the same leader"
        ),
        within=limit,
    )


@then("within {limit:Duration} the remaining members name a new leader")
def new_leader(context: Context, limit: timedelta) -> None:
    cluster, failed = context.stage.the(EtcdCluster), context.stage.the(RoleFault).target
    eventually(
        lambda: assert_that(
            cluster.leader_without(failed), is_not(failed), "the leader that the remaining members name"
        ),
        within=limit,
    )
    record_figures(elapsed_since("time until etcd has another leader", context.stage.the(RoleFault).at))


@then("within {limit:Duration} the new leader confirms a write")
def leader_confirms(context: Context, limit: timedelta) -> None:
    cluster, config, failed = (
        context.stage.the(EtcdCluster),
        context.stage.the(ClusterConfig),
        context.stage.the(RoleFault).target,
    )

    def check() -> None:
        through = EtcdApplication(cluster, config, via=cluster.leader_without(failed))
        assert_that(through.put("first", "1").fate, equal_to(Fate.CONFIRMED), "the result of a write")

    eventually(check, within=limit)


@then("within {limit:Duration} the former leader follows the new leader")
def follows_leader(context: Context, limit: timedelta) -> None:
    cluster, failed = context.stage.the(EtcdCluster), context.stage.the(RoleFault).target
    eventually(lambda: assert_that(failed, is_in(cluster.followers()), "the followers"), within=limit)


@then("within {limit:Duration} all etcd members hold the same data")
def all_hold_the_same_data(context: Context, limit: timedelta) -> None:
    context.stage.put(context.stage.the(Worker).finish())
    application, cluster = context.stage.the(EtcdApplication), context.stage.the(EtcdCluster)

    def check() -> None:
        whole = application.values()
        for target in cluster.members:
            assert_that(
                application.values_at(cluster.gateway(target)), equal_to(whole), f"the values that {target.name} holds"
            )

    eventually(check, within=limit)


@when("a client sends a write and a read to the isolated member")
def write_and_read_isolated(context: Context) -> None:
    stage = context.stage
    client = EtcdApplication(stage.the(EtcdCluster), stage.the(ClusterConfig), via=stage.the(RoleFault).target)
    stage.put(Attempts((client.put("late", "1"), client.get("late"))))


@then("the isolated member confirms neither")
def confirms_neither(context: Context) -> None:
    name = context.stage.the(RoleFault).target.name
    write, read = context.stage.the(Attempts).made
    assert_that(write.fate, is_not(Fate.CONFIRMED), f"the result of the write to {name}")
    assert_that(read.fate, is_not(Fate.CONFIRMED), f"the result of the read from {name}")


@given("a client at each etcd member reads and writes one value")
def clients_of_one_value(context: Context) -> None:
    stage = context.stage
    stage.put(EtcdRegister(stage.the(EtcdCluster), stage.the(ClusterConfig), stage.the(Workers)))
    stage.the(EtcdRegister).await_answers(10)


@given("{count:Count} more calls of each client at the other members have succeeded")
def other_calls_succeeded(context: Context, count: int) -> None:
    context.stage.the(EtcdRegister).await_answers(count, but=context.stage.the(RoleFault).target)


@when("{count:Count} more calls of each client have succeeded")
def calls_succeeded(context: Context, count: int) -> None:
    context.stage.the(EtcdRegister).await_answers(count)


@then("every read returned the latest value written")
def linearizable(context: Context) -> None:
    attempts = context.stage.put(context.stage.the(EtcdRegister).finish())
    assert_that(len(attempts.confirmed()), greater_than(50), "calls that succeeded")
    assert_linearizable(operations(attempts.made))
