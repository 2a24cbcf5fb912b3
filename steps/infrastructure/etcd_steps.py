"""etcd: what is written, who leads, and what all members agree on."""

from datetime import timedelta

from hamcrest import assert_that, empty, equal_to, greater_than, has_length, is_in, is_not

from support.behave_runtime.gherkin import Context, given, then, when
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
from support.workload.attempts import Attempts, Worker, Workers, numbered_entry
from support.workload.call_times import elapsed_since
from support.workload.loss_account import loss_ledger

SOON = timedelta(seconds=5)


@given("an application keeps writing to etcd")
def keeps_writing(context: Context) -> None:
    put = context.stage.the(EtcdApplication).put
    context.stage.put(context.stage.the(Workers).start(lambda number: put(*numbered_entry(number))))


@when("{count:Count} values are written through {member:Target}, and each is read through every other at once")
def written_through(context: Context, count: int, member: Target) -> None:
    context.stage.put(
        write_and_read_back(context.stage.the(EtcdCluster), context.stage.the(ClusterConfig), member, count)
    )


@then("every read shows what was written")
def reads_show(context: Context) -> None:
    attempts = context.stage.the(Attempts)
    wrong = [f"{one.what} was read as {one.value}" for one in attempts.made if one.value != one.what]
    assert_that(wrong, empty(), "reads that show something else")


@then("within {limit:Duration} {count:Count} etcd members name the same leader")
def same_leader(context: Context, limit: timedelta, count: int) -> None:
    cluster = context.stage.the(EtcdCluster)
    eventually(
        lambda: assert_that(cluster.members_agreeing_on_leader(), has_length(count), "who agrees on it"), within=limit
    )


@then("within {limit:Duration} the remaining members name another leader")
def another_leader(context: Context, limit: timedelta) -> None:
    cluster, failed = context.stage.the(EtcdCluster), context.stage.the(RoleFault).target
    eventually(lambda: assert_that(cluster.leader_without(failed), is_not(failed), "the leader"), within=limit)
    record_figures(elapsed_since("time until etcd has another leader", context.stage.the(RoleFault).at))


@then("within {limit:Duration} that one confirms a write")
def leader_confirms(context: Context, limit: timedelta) -> None:
    cluster, config, failed = (
        context.stage.the(EtcdCluster),
        context.stage.the(ClusterConfig),
        context.stage.the(RoleFault).target,
    )

    def check() -> None:
        through = EtcdApplication(cluster, config, via=cluster.leader_without(failed))
        assert_that(through.put("first", "1").fate, equal_to(Fate.CONFIRMED), "what became of a write")

    eventually(check, within=limit)


@then("within {limit:Duration} it follows the new leader")
def follows(context: Context, limit: timedelta) -> None:
    cluster, failed = context.stage.the(EtcdCluster), context.stage.the(RoleFault).target
    eventually(lambda: assert_that(failed, is_in(cluster.followers()), "who follows"), within=limit)


@then("within {limit:Duration} every etcd member holds the same")
def all_hold_the_same(context: Context, limit: timedelta) -> None:
    context.stage.put(context.stage.the(Worker).finish())
    application, cluster = context.stage.the(EtcdApplication), context.stage.the(EtcdCluster)

    def check() -> None:
        whole = application.values()
        for target in cluster.members:
            assert_that(application.values_at(cluster.gateway(target)), equal_to(whole), f"what {target.name} holds")

    eventually(check, within=limit)


@then("nothing that etcd confirmed is lost")
def nothing_lost(context: Context) -> None:
    made = context.stage.put(context.stage.the(Worker).finish()).made
    found = eventually(context.stage.the(EtcdApplication).values, within=SOON)
    ledger = context.stage.put(loss_ledger("values", made, "etcd", found))
    assert_that(ledger.lost(), empty(), "values that are lost")
    assert_that(ledger.unexpected(), empty(), "values that were refused and are there")


@then("the member that was cut off confirms no write and answers no read")
def refuses(context: Context) -> None:
    stage, cut_off = context.stage, context.stage.the(RoleFault).target
    through = EtcdApplication(stage.the(EtcdCluster), stage.the(ClusterConfig), via=cut_off)
    for one in (stage.put(through.put("late", "1")), stage.put(through.get("late"))):
        assert_that(one.fate, is_not(Fate.CONFIRMED), f"what {cut_off.name} made of it")


@given("a program at each etcd member reads and writes one value")
def register(context: Context) -> None:
    stage = context.stage
    stage.put(EtcdRegister(stage.the(EtcdCluster), stage.the(ClusterConfig), stage.the(Workers)))
    stage.the(EtcdRegister).await_answers(10)


@given("the programs at the other members have been answered {count:Count} times more")
def others_answered(context: Context, count: int) -> None:
    context.stage.the(EtcdRegister).await_answers(count, but=context.stage.the(RoleFault).target)


@when("each of the programs has been answered {count:Count} times more")
def answered_more(context: Context, count: int) -> None:
    context.stage.the(EtcdRegister).await_answers(count)


@then("all that they read and wrote fits one order of events")
def one_order(context: Context) -> None:
    attempts = context.stage.put(context.stage.the(EtcdRegister).finish())
    assert_that(len(attempts.confirmed()), greater_than(50), "calls that were answered")
    assert_linearizable(operations(attempts.made))
