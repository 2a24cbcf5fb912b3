"""Redis: what is stored, who is the primary, and how many connections applications take."""

from datetime import timedelta

from hamcrest import assert_that, empty, equal_to, greater_than, is_not

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.eventually import eventually
from support.faults.desk import FaultDesk
from support.faults.model import Crash
from support.reporting.figures import record_figures
from support.systems.infrastructure.actors.redis_application import RedisApplication
from support.systems.infrastructure.clusters.redis import SERVERS, RedisCluster
from support.systems.infrastructure.observers.value_lifetime import ValueLifetime, observe_lifetime
from support.systems.infrastructure.role_faults import RoleFault
from support.workload.attempts import Attempts, Worker, Workers, numbered_entry
from support.workload.call_times import elapsed_since
from support.workload.loss_account import loss_ledger

SOON = timedelta(seconds=5)


@given("an application has stored {count:Count} values in Redis")
def has_stored(context: Context, count: int) -> None:
    store = context.stage.the(RedisApplication).store
    stored = context.stage.put(Attempts(tuple(store(*numbered_entry(number)) for number in range(count))))
    assert_that(stored.reasons(), empty(), "why values could not be stored")


@given("an application keeps storing values in Redis")
def keeps_storing(context: Context) -> None:
    store = context.stage.the(RedisApplication).store
    context.stage.put(context.stage.the(Workers).start(lambda number: store(*numbered_entry(number))))


@given("within {limit:Duration} another server is the Redis primary")
@then("within {limit:Duration} another server is the Redis primary")
def another_primary(context: Context, limit: timedelta) -> None:
    cluster, before = context.stage.the(RedisCluster), context.stage.the(RoleFault).target
    eventually(lambda: assert_that(cluster.primary(), is_not(before), "the primary"), within=limit)
    record_figures(elapsed_since("time until Redis has another primary", context.stage.the(RoleFault).at))


@then("within {limit:Duration} it follows the new primary")
def follows(context: Context, limit: timedelta) -> None:
    cluster, failed = context.stage.the(RedisCluster), context.stage.the(RoleFault).target
    eventually(
        lambda: assert_that(cluster.primary_of(failed), equal_to(cluster.primary()), f"whom {failed.name} follows"),
        within=limit,
    )


@then("all that was stored is read back")
def read_back(context: Context) -> None:
    made = context.stage.the(Attempts).made
    read_all = context.stage.the(RedisApplication).read_all
    found = eventually(lambda: read_all(one.what for one in made).values(), within=SOON)
    assert_that(context.stage.put(loss_ledger("values", made, "Redis", found)).lost(), empty(), "values that are lost")


@then("nothing that Redis confirmed is lost")
def nothing_lost(context: Context) -> None:
    made = context.stage.put(context.stage.the(Worker).finish()).made
    read_all = context.stage.the(RedisApplication).read_all
    found = eventually(lambda: read_all(one.what for one in made).values(), within=SOON)
    assert_that(context.stage.put(loss_ledger("values", made, "Redis", found)).lost(), empty(), "values that are lost")


@given("every Redis replica holds it too")
@then("every Redis replica holds it too")
def replicas_hold(context: Context) -> None:
    wanted = [one.what for one in context.stage.the(Attempts).made]
    application, cluster = context.stage.the(RedisApplication), context.stage.the(RedisCluster)
    eventually(
        lambda: assert_that(application.missing_at(cluster.replicas(), wanted), empty(), "what replicas do not hold"),
        within=SOON,
    )


@when("an application stores a session in Redis for {span:Duration} and reads it all the while")
def stores_for(context: Context, span: timedelta) -> None:
    application = context.stage.the(RedisApplication)
    stored = application.store("session", "Ana", span)
    context.stage.put(observe_lifetime(stored, span, lambda: application.read("session")))


@then("every read before that second was over found it")
def found_before(context: Context) -> None:
    life = context.stage.the(ValueLifetime)
    assert_that(life.early(), empty(), "reads that found it gone")
    assert_that(life.reads_before(), greater_than(10), "reads that found it")


@then("no read after that second was over found it")
def not_found_after(context: Context) -> None:
    assert_that(context.stage.the(ValueLifetime).late(), empty(), "reads that still found it")


@when("every Redis server is killed")
def all_killed(context: Context) -> None:
    for target in SERVERS:
        context.stage.the(FaultDesk).inject(target, Crash())


@when("every Redis server returns")
def all_return(context: Context) -> None:
    context.stage.the(FaultDesk).recover_all()


@then("within {limit:Duration} Redis is whole again")
def whole_again(context: Context, limit: timedelta) -> None:
    context.stage.the(RedisCluster).await_healthy(limit)
