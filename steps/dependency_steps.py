"""Dependencies that fail and recover. One sentence per idea; the words live in `vocabulary`."""

from support.faults.desk import FaultDesk
from support.faults.model import Fault, Outage, Target
from support.gherkin import Context, given, when


@given("{target:Target} {fault:Trouble}")
def target_in_trouble(context: Context, target: Target, fault: Fault) -> None:
    context.stage.the(FaultDesk).strike(target, fault)


@given("{targets:Targets} are down")
def targets_down(context: Context, targets: list[Target]) -> None:
    for target in targets:
        context.stage.the(FaultDesk).strike(target, Outage())


@when("{target:Target} recovers")
def target_recovers(context: Context, target: Target) -> None:
    context.stage.the(FaultDesk).lift(target)


@when("{target:Target} recovers, and from then on {fault:Trouble}")
def target_recovers_into_trouble(context: Context, target: Target, fault: Fault) -> None:
    context.stage.the(FaultDesk).lift(target)
    context.stage.the(FaultDesk).strike(target, fault)
