"""Metrics, the error log, alerts to administrators and the status page."""

from datetime import timedelta

from hamcrest import close_to, equal_to, greater_than, has_entry, has_item, has_length, is_in, only_contains

from steps.catalog.update_steps import has_been_updated
from support.behave_runtime.gherkin import Context, given, then, when
from support.core.bounds import assert_at_most
from support.core.checks import assert_that
from support.core.eventually import eventually, patiently, throughout
from support.faults.desk import FaultDesk
from support.faults.model import ErrorAnswers
from support.standins.received_alerts import AlertInbox
from support.systems.catalog.actors.operator import Operator, StatusPage
from support.systems.catalog.environment.site import PROVIDER_KEY
from support.systems.catalog.matchers import AGE_TOLERANCE, does_not_show, tells_all
from support.systems.catalog.observers.service_log import ServiceLog
from support.systems.catalog.targets import PROVIDER


@given("the provider has rejected our credentials and accepted them again")
def rejected_and_accepted_again(context: Context) -> None:
    context.stage.the(FaultDesk).inject(PROVIDER, ErrorAnswers(401))
    context.stage.the(Operator).update_catalog()
    context.stage.the(FaultDesk).recover(PROVIDER)
    context.stage.the(Operator).update_catalog()


@then('the status page shows the {part:StatusPart} as "{state:Text}"')
def status_of_part(context: Context, part: str, state: str) -> None:
    assert_that(context.stage.the(Operator).status_page().parts, has_entry(part, state), "the parts on the status page")


@when("an operator opens the status page")
def opens_status_page(context: Context) -> None:
    context.stage.put(context.stage.the(Operator).status_page())


@then("the status page was shown within {limit:Duration}")
def status_page_in_time(context: Context, limit: timedelta) -> None:
    assert_at_most(context.stage.the(StatusPage).took, limit, "the time until the status page was shown")


@then('it shows the {part:StatusPart} as "{state:Text}"')
def shown_status_of_part(context: Context, part: str, state: str) -> None:
    assert_that(context.stage.the(StatusPage).parts, has_entry(part, state), "the parts on the status page")


@then('within {limit:Duration} the status page shows the {part:StatusPart} as "{state:Text}"')
def soon_status_of_part(context: Context, limit: timedelta, part: str, state: str) -> None:
    eventually(lambda: status_of_part(context, part, state), within=limit)


@then('the status page says "{state:Text}"')
def status_page(context: Context, state: str) -> None:
    assert_that(context.stage.the(Operator).status_page().status, equal_to(state), "the status page")


@then("the catalog service still runs")
def still_runs(context: Context) -> None:
    assert_that(
        context.stage.the(Operator).status_page().status, is_in(["healthy", "degraded", "down"]), "the status page"
    )


@then("monitoring counts {count:Count} failed request to the provider")
def counted(context: Context, count: int) -> None:
    counted = context.stage.the(Operator).counter("catalog_provider_requests_total", outcome="server_error")
    assert_that(counted, equal_to(count), "the failed requests that monitoring counts")


@given('the catalog has been updated, and the status page has shown the {part:StatusPart} as "{state:Text}"')
def updated_and_status_shown(context: Context, part: str, state: str) -> None:
    has_been_updated(context)
    soon_status_of_part(context, timedelta(seconds=2), part, state)


@then("monitoring counts {count:Count} completed update")
def counted_updates(context: Context, count: int) -> None:
    counted = context.stage.the(Operator).counter("catalog_refreshes_total", status="completed")
    assert_that(counted, equal_to(count), "the completed updates that monitoring counts")


@then("monitoring counts {count:Count} answer from the {source:Source}, and none from another source")
@then("monitoring counts {count:Count} answers from the {source:Source}, and none from another source")
def counted_answers(context: Context, count: int, source: str) -> None:
    operator = context.stage.the(Operator)
    counted = operator.counter("catalog_answers_total", source=source), operator.counter("catalog_answers_total")
    assert_that(counted, equal_to((count, count)), "the answers that monitoring counts from this source, and in all")


@then("monitoring counts {hits:Count} answers from a catalog at hand, and {misses:Count} that waited for one")
def counted_hits(context: Context, hits: int, misses: int) -> None:
    operator = context.stage.the(Operator)
    counted = operator.counter("catalog_cache_hits_total"), operator.counter("catalog_cache_misses_total")
    assert_that(counted, equal_to((hits, misses)), "the answers at hand, and those that waited, by monitoring")


@then("monitoring gives a catalog of {count:Count} bundle, {age:Duration} old")
def gauges(context: Context, count: int, age: timedelta) -> None:
    operator = context.stage.the(Operator)
    assert_that(operator.counter("catalog_bundles"), equal_to(count), "the bundles by monitoring")
    seen_s = operator.counter("catalog_age_seconds")
    assert_that(
        seen_s, close_to(age.total_seconds(), AGE_TOLERANCE.total_seconds()), "the age by monitoring, in seconds"
    )


@then("within {limit:Duration} monitoring counts {count:Count} alert")
def counted_alerts(context: Context, limit: timedelta, count: int) -> None:
    def check() -> None:
        counted = context.stage.the(Operator).counter("catalog_alerts_total")
        assert_that(counted, equal_to(count), "the alerts that monitoring counts")

    eventually(check, within=limit)


@then("the error log names the provider and the error {error:Count}")
def logged(context: Context, error: int) -> None:
    def check() -> None:
        records = context.stage.the(ServiceLog).records("error")
        found = [f"{record['event']} {record.get('status')}" for record in records]
        assert_that(found, has_item(f"provider.request_failed {error}"), "the error log")

    patiently(check, within=timedelta(seconds=2))


@then("the error log says that the saved copy was damaged")
def logged_damage(context: Context) -> None:
    def check() -> None:
        events = [record["event"] for record in context.stage.the(ServiceLog).records("error")]
        assert_that(events, has_item("cache.damaged"), "the error log")

    patiently(check, within=timedelta(seconds=2))


@then("the error log says once that the saved copy is out of memory")
def logged_no_memory(context: Context) -> None:
    def check() -> None:
        events = [record["event"] for record in context.stage.the(ServiceLog).records("error")]
        assert_that(events.count("cache.not_written"), equal_to(1), f"how often the error log has it: {events}")

    patiently(check, within=timedelta(seconds=2))
    throughout(check, span=timedelta(seconds=1))


@then("within {limit:Duration} the administrators have been alerted that the provider rejects our credentials")
def alerted(context: Context, limit: timedelta) -> None:
    def check() -> None:
        kinds = [alert.body.get("kind") for alert in context.stage.the(AlertInbox).alerts()]
        assert_that(kinds, equal_to(["provider_rejects_key"]), "the alerts to the administrators")

    eventually(check, within=limit)


@then("no other alert follows for {span:Duration}")
def no_other_alert(context: Context, span: timedelta) -> None:
    throughout(lambda: number_of_alerts(context, 1), span=span)


@then(
    "within {limit:Duration} the administrators have been alerted once, and no other alert follows for {span:Duration}"
)
def alerted_once(context: Context, limit: timedelta, span: timedelta) -> None:
    eventually(
        lambda: assert_that(len(context.stage.the(AlertInbox).alerts()), greater_than(0), "the alerts"), within=limit
    )
    no_other_alert(context, span)


@then("within {limit:Duration} an alert says how severe it is, what has happened, when, and in which service")
def alert_is_complete(context: Context, limit: timedelta) -> None:
    eventually(lambda: assert_that(context.stage.the(AlertInbox).alerts(), only_contains(tells_all())), within=limit)


@then("within {limit:Duration} the administrators have been alerted {count:Count} times in total")
def alerted_in_total(context: Context, limit: timedelta, count: int) -> None:
    eventually(lambda: number_of_alerts(context, count), within=limit)


def number_of_alerts(context: Context, count: int) -> None:
    assert_that(context.stage.the(AlertInbox).alerts(), has_length(count), "the alerts to the administrators")


@then("neither the alerts nor the log show our credentials")
def no_credentials(context: Context) -> None:
    alerts = [str(alert.body) for alert in context.stage.the(AlertInbox).alerts()]
    assert_that(
        "".join([*alerts, context.stage.the(ServiceLog).text()]), does_not_show(PROVIDER_KEY), "the alerts and the log"
    )
