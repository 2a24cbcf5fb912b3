"""Services that already run, tested at their addresses."""

from datetime import timedelta

from hamcrest import empty, equal_to, has_item

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.systems.infrastructure.actors.attached_run import AttachedRun, run_attached, store_leftovers
from support.systems.infrastructure.clusters.cluster_manager import ClusterManager


@given("a run that was killed {span:Duration} ago has left data in {product:Product}")
def left_data(context: Context, span: timedelta, product: str) -> None:
    store_leftovers(context.stage.the(ClusterManager).by_name(product), span)


@when("the gate tests {product:Product} at its address")
def tested_at_its_address(context: Context, product: str) -> None:
    clusters = context.stage.the(ClusterManager)
    context.stage.put(run_attached(clusters.by_name(product), clusters.config))


@then("every scenario that injects no fault has passed")
def others_passed(context: Context) -> None:
    outcomes = context.stage.the(AttachedRun).outcomes
    assert_that(sorted(outcomes), equal_to(["N/A", "PASSED"]), f"the outcomes of the scenarios: {outcomes}")


@then('every other scenario was not applicable, because "{reason:Text}"')
def left_out(context: Context, reason: str) -> None:
    assert_that(
        context.stage.the(AttachedRun).left_out, has_item(reason), "the reasons of scenarios that were left out"
    )


@then("neither run has left data in {product:Product}")
def nothing_left(context: Context, product: str) -> None:
    assert_that(context.stage.the(AttachedRun).left_behind, empty(), f"names that {product} did not hold before")
