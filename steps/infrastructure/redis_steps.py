"""Redis: stored values, their expiry, and the primary."""

from datetime import timedelta

from hamcrest import empty, equal_to, greater_than, is_not

from steps.infrastructure.cluster_steps import check_no_write_lost
from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.eventually import eventually, patiently
from support.faults.desk import FaultDesk
from support.faults.model import Crash
from support.reporting.figures import record_figures
from support.systems.infrastructure.actors.redis_application import RedisApplication
from support.systems.infrastructure.clusters.redis import SERVERS, RedisCluster
from support.systems.infrastructure.observers.value_lifetime import ValueLifetime, observe_lifetime
from support.systems.infrastructure.role_faults import RoleFault
from support.workload.attempts import Attempts, numbered_entry
from support.workload.call_times import elapsed_since

SOON = timedelta(seconds=5)


@given("an application has stored {count:Count} values in Redis")
def has_stored(context: Context, count: int) -> None:
    store = context.stage.the(RedisApplication).store
    stored = context.stage.put(Attempts(tuple(store(*numbered_entry(number)) for number in range(count))))
    assert_that(stored.reasons(), empty(), "errors while the values were stored")


@given("within {limit:Duration} another server is the Redis primary")
@then("within {limit:Duration} another server is the Redis primary")
def another_primary(context: Context, limit: timedelta) -> None:
    cluster, before = context.stage.the(RedisCluster), context.stage.the(RoleFault).target
    eventually(lambda: assert_that(cluster.primary(), is_not(before), "the Redis primary"), within=limit)
    record_figures(elapsed_since("time until Redis has another primary", context.stage.the(RoleFault).at))


@then("within {limit:Duration} the former primary follows the new primary")
def follows_primary(context: Context, limit: timedelta) -> None:
    cluster, failed = context.stage.the(RedisCluster), context.stage.the(RoleFault).target
    eventually(
        lambda: assert_that(
            cluster.primary_of(failed), equal_to(cluster.primary()), f"the server that {failed.name} follows"
        ),
        within=limit,
    )


@then("every stored value can be read from Redis")
def all_readable(context: Context) -> None:
    check_no_write_lost(context.stage, "Redis", context.stage.the(Attempts).made)


@given("every Redis replica holds every stored value")
@then("every Redis replica holds every stored value")
def replicas_hold(context: Context) -> None:
    wanted = [one.what for one in context.stage.the(Attempts).made]
    application, cluster = context.stage.the(RedisApplication), context.stage.the(RedisCluster)
    patiently(
        lambda: assert_that(
            application.missing_at(cluster.replicas(), wanted), empty(), "values that a replica does not hold"
        ),
        within=SOON,
    )


@when("an application stores a session in Redis for {span:Duration} and keeps reading it")
def stores_with_expiry(context: Context, span: timedelta) -> None:
    application = context.stage.the(RedisApplication)
    stored = application.store("session", "Ana", span)
    context.stage.put(observe_lifetime(stored, span, lambda: application.read("session")))


@then("every read before the expiry found the session")
def found_before_expiry(context: Context) -> None:
    life = context.stage.the(ValueLifetime)
    assert_that(life.early(), empty(), "reads before the expiry that did not find the session")
    assert_that(life.reads_before(), greater_than(10), "reads before the expiry")


@then("no read after the expiry found the session")
def not_found_after_expiry(context: Context) -> None:
    assert_that(context.stage.the(ValueLifetime).late(), empty(), "reads after the expiry that found the session")


@when("every Redis server is killed and returns")
def all_crash_and_return(context: Context) -> None:
    for target in SERVERS:
        context.stage.the(FaultDesk).inject(target, Crash())
    context.stage.the(FaultDesk).recover_all()


@then("within {limit:Duration} Redis is healthy again")
def healthy_again(context: Context, limit: timedelta) -> None:
    context.stage.the(RedisCluster).await_healthy(limit, eventually)
