"""The lock of the update: one service updates the catalog at a time, the others are refused, and a lost lock is taken over."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

from hamcrest import equal_to, none

from steps.catalog.store_steps import stores_hold
from steps.common.dependency_steps import target_recovers
from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.eventually import eventually, patiently, throughout
from support.core.target import Target
from support.faults.desk import FaultDesk
from support.faults.model import Slowness
from support.systems.catalog.actors.operator import Operator
from support.systems.catalog.actors.running_update import RunningUpdate
from support.systems.catalog.mid_update_faults import MidUpdateFaults
from support.systems.catalog.observers.stores import Stores
from support.systems.catalog.targets import PROVIDER

SOON = timedelta(seconds=5)


@given("an update is running, and the provider's answer is on its way")
def answer_on_its_way(context: Context) -> None:
    context.stage.put(context.stage.the(MidUpdateFaults).start_with_page_in_flight(0))


@given("the other catalog service has taken the lock and is fetching an update")
def other_fetches(context: Context) -> None:
    patiently(
        lambda: assert_that(context.stage.the(Stores).lock_holder(), none(), "the holder of the lock"), within=SOON
    )
    context.stage.the(FaultDesk).inject(PROVIDER, Slowness(timedelta(seconds=2)))
    context.stage.the(MidUpdateFaults).start_update(2)


@when("the second catalog service begins an update")
def second_begins(context: Context) -> None:
    context.stage.put(context.stage.the(MidUpdateFaults).start_update(1))


@then("for {span:Duration} each other update is refused because another is running")
def others_are_refused(context: Context, span: timedelta) -> None:
    def check() -> None:
        try:
            update_refused(context)
        except AssertionError:
            context.stage.the(RunningUpdate).must_not_be_over()
            raise

    throughout(check, span=span)


@then("the update of the second catalog service completes")
def second_completes(context: Context) -> None:
    assert_that(context.stage.the(RunningUpdate).ended().status, equal_to("completed"), "how the update ended")


@when("an update is refused because another is running")
@then("an update is refused because another is running")
def update_refused(context: Context) -> None:
    update = context.stage.put(context.stage.the(Operator).update_catalog())
    lock = "held" if context.stage.the(Stores).lock_holder() else "free"
    assert_that(
        update.status,
        equal_to("already_running"),
        f"the answer to a request for an update while another service holds the lock (now the lock is {lock}; there was {update})",
    )


@when("an update completes within {limit:Duration}, and then {target:Target} recovers")
def update_completes_before_recovery(context: Context, limit: timedelta, target: Target) -> None:
    update_completes(context, limit)
    target_recovers(context, target)


@when("updates are tried for up to {limit:Duration} until one completes, and then {target:Target} recovers")
def updates_are_tried_before_recovery(context: Context, limit: timedelta, target: Target) -> None:
    with suppress(AssertionError):  # whether one completed is for a Then to say
        _await_update(context, limit, patiently)
    target_recovers(context, target)


def update_completes(context: Context, limit: timedelta) -> None:
    _await_update(context, limit, eventually)


def _await_update(context: Context, limit: timedelta, wait: Callable[..., None]) -> None:
    def check() -> None:
        update = context.stage.put(context.stage.the(Operator).update_catalog())
        assert_that(update.status, equal_to("completed"), "how the update ended")

    wait(check, within=limit)


@then(
    "the saved copy and the database hold {count:Count} bundles, all at {price:Money}, "
    "and within {limit:Duration} an update sets all to {new_price:Money}"
)
def stores_hold_and_update_completes(
    context: Context, count: int, price: Decimal, limit: timedelta, new_price: Decimal
) -> None:
    stores_hold(context, count, price)
    update_completes_and_is_stored(context, limit, count, new_price)


@then(
    "within {limit:Duration} an update completes, "
    "and the saved copy and the database hold {count:Count} bundles, all at {price:Money}"
)
def update_completes_and_is_stored(context: Context, limit: timedelta, count: int, price: Decimal) -> None:
    update_completes(context, limit)
    stores_hold(context, count, price)
