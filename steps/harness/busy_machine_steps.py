"""A machine that is not the suite's alone."""

from support.behave_runtime.gherkin import Context, given
from support.systems.harness.actors.busy_machine import BusyMachine


@given("other programs keep every processor of the machine busy")
def machine_is_busy(context: Context) -> None:
    context.stage.the(BusyMachine).take_all_processors()
