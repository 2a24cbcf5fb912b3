"""Redis: stored values, their expiry, and the primary."""

from datetime import timedelta

from hamcrest import empty, equal_to, greater_than, is_not

from steps.infrastructure.cluster_steps import check_none_lost, member_fails
from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.eventually import eventually, patiently, throughout
from support.faults.desk import FaultDesk
from support.faults.model import Crash, Fault
from support.reporting.figures import record_figures
from support.systems.infrastructure.actors.redis_application import RedisApplication
from support.systems.infrastructure.actors.redis_primary import keep_primary_busy
from support.systems.infrastructure.clusters.cluster import Role
from support.systems.infrastructure.clusters.cluster_manager import ClusterManager
from support.systems.infrastructure.clusters.redis import SERVERS, RedisCluster
from support.systems.infrastructure.observers.value_lifetime import StoredSession, ValueLifetime, observe_lifetime
from support.systems.infrastructure.role_faults import RoleFault, partition_from
from support.systems.infrastructure.targets import SENTINEL_1
from support.workload.attempts import Attempts, numbered_entry
from support.workload.call_times import elapsed_since

SOON = timedelta(seconds=5)


@given("an application has stored {count:Count} values in Redis")
def has_stored(context: Context, count: int) -> None:
    store = context.stage.the(RedisApplication).store
    stored = context.stage.put(Attempts(tuple(store(*numbered_entry(number)) for number in range(count))))
    assert_that(stored.reasons(), empty(), "errors while the values were stored")


@given("an application has stored {count:Count} values of {size:Count} KB each in Redis")
def has_stored_large(context: Context, count: int, size: int) -> None:
    store = context.stage.the(RedisApplication).store
    names = [numbered_entry(number)[0] for number in range(count)]
    stored = context.stage.put(Attempts(tuple(store(name, name.ljust(1000 * size, ".")) for name in names)))
    assert_that(stored.reasons(), empty(), "errors while the values were stored")


@given("within {limit:Duration} another server is the Redis primary")
@then("within {limit:Duration} another server is the Redis primary")
def another_primary(context: Context, limit: timedelta) -> None:
    cluster, before = context.stage.the(RedisCluster), context.stage.the(RoleFault).target
    eventually(lambda: assert_that(cluster.primary(), is_not(before), "the Redis primary"), within=limit)
    record_figures(elapsed_since("time until Redis has another primary", context.stage.the(RoleFault).at))


@when("a request keeps the Redis primary busy for {span:Duration}")
def busy_primary(context: Context, span: timedelta) -> None:
    context.stage.put(keep_primary_busy(context.stage.the(RedisCluster), span))


@when("the Redis primary is cut off from one sentinel")
def cut_off_from_sentinel(context: Context) -> None:
    stage = context.stage
    cut = partition_from(stage.the(FaultDesk), stage.the(ClusterManager), Role.REDIS_PRIMARY, SENTINEL_1)
    stage.put(cut)


@then("for {span:Duration} the same server remains the Redis primary")
def same_primary(context: Context, span: timedelta) -> None:
    cluster, before = context.stage.the(RedisCluster), context.stage.the(RoleFault).target
    throughout(lambda: assert_that(cluster.primary(), equal_to(before), "the Redis primary"), span=span, every=0.1)


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
    check_none_lost(context, "Redis", context.stage.the(Attempts).made)


@given("every Redis replica holds every stored value")
@then("every Redis replica holds every stored value")
def replicas_hold(context: Context) -> None:
    stored = context.stage.the(Attempts).made
    application, cluster = context.stage.the(RedisApplication), context.stage.the(RedisCluster)
    patiently(
        lambda: assert_that(
            application.missing_at(cluster.replicas(), stored), empty(), "values that a replica does not hold"
        ),
        within=SOON,
    )


@given("an application has stored a session in Redis for {span:Duration}")
def has_stored_session(context: Context, span: timedelta) -> None:
    stored = context.stage.the(RedisApplication).store("session", "Ana", span)
    assert_that(stored.why, equal_to(""), "the error while the session was stored")
    context.stage.put(StoredSession(stored, span))


@when("the application keeps reading the session")
def keeps_reading(context: Context) -> None:
    application, session = context.stage.the(RedisApplication), context.stage.the(StoredSession)
    context.stage.put(observe_lifetime(session.stored, session.span, lambda: application.read("session")))


@when("{role:Role} {fault:Fault} while the application keeps reading the session")
def keeps_reading_under_fault(context: Context, role: Role, fault: Fault) -> None:
    member_fails(context, role, fault)
    keeps_reading(context)


@then("every read before the expiry found the session")
def found_before_expiry(context: Context) -> None:
    life = context.stage.the(ValueLifetime)
    assert_that(life.early(), empty(), "reads before the expiry that did not find the session")
    assert_that(life.reads_before(), greater_than(2), "reads before the expiry")


@then("no read after the expiry found the session")
def not_found_after_expiry(context: Context) -> None:
    life = context.stage.the(ValueLifetime)
    assert_that(life.late(), empty(), "reads after the expiry that found the session")
    assert_that(life.reads_after(), greater_than(0), "answered reads after the expiry")


@when("every Redis server is killed and returns")
def all_crash_and_return(context: Context) -> None:
    for target in SERVERS:
        context.stage.the(FaultDesk).inject(target, Crash())
    context.stage.the(FaultDesk).recover_all()


@then("within {limit:Duration} Redis is healthy again")
def healthy_again(context: Context, limit: timedelta) -> None:
    context.stage.the(RedisCluster).await_healthy(limit, eventually)
