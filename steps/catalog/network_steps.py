"""Networks that split and heal: who sees whom, and how soon everything is in step again."""

import time
from datetime import timedelta
from decimal import Decimal

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.target import Target
from support.faults.desk import FaultDesk
from support.faults.model import Unreachable
from support.measure.recovery_clock import RecoveryStart, wait_for_recovery
from support.systems.catalog.observers.steady_state import SteadyState


@given("{targets:Targets} cannot be reached")
def targets_out_of_reach(context: Context, targets: list[Target]) -> None:
    for target in targets:
        context.stage.the(FaultDesk).inject(target, Unreachable())


@when("the network heals")
def network_heals(context: Context) -> None:
    context.stage.put(RecoveryStart(time.time(), "the network was cut", "the network has healed"))
    context.stage.the(FaultDesk).recover_all()


@then(
    "within {limit:Duration} shoppers, the saved copy and the database have the same {count:Count} bundles, all at {price:Money}"
)
def in_step(context: Context, limit: timedelta, count: int, price: Decimal) -> None:
    relief, steady_state = context.stage.the(RecoveryStart), context.stage.the(SteadyState)
    context.stage.put(
        wait_for_recovery("all are in step", relief, lambda: steady_state.must_be_consistent(count, price), limit)
    )
