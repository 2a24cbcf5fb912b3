"""Updates of the catalog: how operators start them, and what their reports say."""

from datetime import timedelta
from decimal import Decimal

from hamcrest import equal_to, has_entries, is_in, is_not, starts_with

from steps.catalog.shopper_steps import has_seen_price, see_all_at
from steps.common.dependency_steps import inject_fault
from support.behave_runtime.gherkin import Context, given, then, when
from support.core.bounds import assert_at_least
from support.core.checks import assert_that
from support.core.target import Target
from support.faults.model import Fault
from support.systems.catalog.actors.catalog_api import source_in_words
from support.systems.catalog.actors.configuration import (
    Configuration,
    attempts,
    fresh_for,
    read_time_out,
    recheck_after,
    updates_every,
)
from support.systems.catalog.actors.operator import Operator, Update
from support.systems.catalog.data.catalog_seed import CatalogSeed


@when("the catalog is updated")
def update(context: Context) -> None:
    context.stage.put(context.stage.the(Operator).update_catalog())


@when("the catalog is updated {count:Count} times")
def update_often(context: Context, count: int) -> None:
    for _ in range(count):
        update(context)


@given("the catalog service updates itself every {span:Duration}")
def updates_itself(context: Context, span: timedelta) -> None:
    context.stage.the(Configuration).restart_with(updates_every(span))


@given("the service tries the provider at most {count:Count} times")
def service_tries_provider(context: Context, count: int) -> None:
    context.stage.the(Configuration).restart_with(attempts(count))


@given("the service waits up to {span:Duration} for the provider")
def service_waits_for_provider(context: Context, span: timedelta) -> None:
    context.stage.the(Configuration).restart_with(read_time_out(span))


@given("the service pauses for {span:Duration} where the provider names no time")
def service_pauses(context: Context, span: timedelta) -> None:
    context.stage.the(Configuration).restart_with(recheck_after(span))


@given("the service checks for new prices every {span:Duration}")
def service_checks_for_prices(context: Context, span: timedelta) -> None:
    context.stage.the(Configuration).restart_with(fresh_for(span))


@given("the catalog has been updated")
def has_been_updated(context: Context) -> None:
    update(context)
    assert_that(context.stage.the(Update).status, equal_to("completed"), "how the update ended")


@given('the catalog has been updated with "{bundle:Text}" at {price:Money}, and then at {new_price:Money}')
def has_been_updated_twice(context: Context, bundle: str, price: Decimal, new_price: Decimal) -> None:
    for one in (price, new_price):
        context.stage.the(CatalogSeed).provider_quotes(bundle, one)
        has_been_updated(context)


@given("the catalog has been updated, and {target:Target} {fault:Fault}")
def has_been_updated_before_fault(context: Context, target: Target, fault: Fault) -> None:
    has_been_updated(context)
    inject_fault(context, target, fault)


@given("the catalog has been updated while {target:Target} {fault:Fault}")
def has_been_updated_under_fault(context: Context, target: Target, fault: Fault) -> None:
    inject_fault(context, target, fault)
    has_been_updated(context)


@given("an update has reported the {source:Source} as its source")
def update_has_reported_source(context: Context, source: str) -> None:
    update(context)
    update_source(context, source)


@given("the catalog has been updated in part")
def has_been_updated_in_part(context: Context) -> None:
    update(context)
    assert_that(context.stage.the(Update).status, equal_to("partial"), "how the update ended")


@given("an update has stored nothing new")
def update_has_stored_nothing(context: Context) -> None:
    update(context)
    update_stored_nothing(context)


@given('an update has stored nothing new, and a shopper has seen "{bundle:Text}" at {price:Money}')
def update_has_stored_nothing_and_shopper_has_seen(context: Context, bundle: str, price: Decimal) -> None:
    update_has_stored_nothing(context)
    has_seen_price(context, bundle, price)


@then("the update reports the {source:Source} as its source")
def update_source(context: Context, source: str) -> None:
    named = source_in_words(context.stage.the(Update).source)
    assert_that(named, equal_to(source_in_words(source)), "the source that the update reports")


@then("the update reports that the service is waiting for the provider")
def update_waits(context: Context) -> None:
    assert_that(context.stage.the(Update).status, equal_to("cooling_down"), "how the update ended")


@then("the update stored nothing new")
def update_stored_nothing(context: Context) -> None:
    assert_that(context.stage.the(Update).status, is_in(["failed", "fallback"]), "how the update ended")


@then('the update stored nothing new, because of "{kind:Text}"')
def update_stored_nothing_because(context: Context, kind: str) -> None:
    update_stored_nothing(context)
    assert_that(context.stage.the(Update).error, equal_to(kind), "why the update ended as it did")


@then("the update failed, and its answer says so ({code:Count})")
def update_failed(context: Context, code: int) -> None:
    update = context.stage.the(Update)
    assert_that((update.status, update.code), equal_to(("failed", code)), "how the update ended, and its HTTP status")


@then("the report of the last update is that of this one")
def last_update_is_this(context: Context) -> None:
    this, last = context.stage.the(Update), context.stage.the(Operator).last_update()
    assert_that(this.finished_at, is_not(""), "the end of the update, by the report in its answer")
    assert_that(
        (last.finished_at, last.status, last.source, dict(last.groups)),
        equal_to((this.finished_at, this.status, this.source, dict(this.groups))),
        "what the service says of its last update",
    )


@then("the update took at least {span:Duration}")
def update_took(context: Context, span: timedelta) -> None:
    assert_at_least(context.stage.the(Update).took, span, "how long the update took")


@then('the update reports that "{bad:Text}" failed and "{good:Text}" did not')
def update_groups(context: Context, bad: str, good: str) -> None:
    groups = context.stage.the(Update).groups
    assert_that(groups, has_entries({bad: starts_with("failed"), good: "ok"}), "the groups in the update's report")


@then("the update stored nothing new, and shoppers see all bundles at {price:Money}")
def update_stored_nothing_and_shoppers_see(context: Context, price: Decimal) -> None:
    update_stored_nothing(context)
    see_all_at(context, price)
