"""Network partitions: which dependencies are cut off, and how soon all stores agree after healing."""

from datetime import timedelta
from decimal import Decimal

from steps.catalog.update_steps import update
from steps.common.dependency_steps import network_heals
from support.behave_runtime.gherkin import Context, given, then, when
from support.core.target import Target
from support.faults.desk import FaultDesk
from support.faults.model import Unreachable
from support.measure.recovery_clock import RecoveryStart, wait_for_recovery
from support.systems.catalog.observers.steady_state import SteadyState


@given("{targets:Targets} cannot be reached")
def targets_unreachable(context: Context, targets: list[Target]) -> None:
    for target in targets:
        context.stage.the(FaultDesk).inject(target, Unreachable())


@when("the catalog is updated before the network heals")
def updated_before_network_heals(context: Context) -> None:
    update(context)
    network_heals(context)


@then(
    "within {limit:Duration} shoppers, the saved copy and the database have the same {count:Count} bundles, all at {price:Money}"
)
def stores_agree(context: Context, limit: timedelta, count: int, price: Decimal) -> None:
    start, steady_state = context.stage.the(RecoveryStart), context.stage.the(SteadyState)
    context.stage.put(
        wait_for_recovery(
            "shoppers and stores agree", start, lambda: steady_state.must_be_consistent(count, price), limit
        )
    )
