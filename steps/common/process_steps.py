"""Processes of a system that are killed and started again outside the fault desk, as an operator or a scheduler would."""

import time

from hamcrest import is_not

from support.behave_runtime.gherkin import Context, then, when
from support.core.checks import assert_that
from support.core.target import Target
from support.environments.parts import Parts
from support.faults.injectors.process import start_again
from support.measure.recovery import Restart
from support.measure.recovery_clock import RecoveryStart


@when("{target:Target} is killed and started again")
def killed_and_started_again(context: Context, target: Target) -> None:
    part = context.stage.the(Parts)[target]
    before, at = part.pid, time.time()
    part.kill()
    start_again(target, part)
    context.stage.put(Restart(target, before, at, time.time() - at))
    context.stage.put(RecoveryStart(at, f"the {target} was killed", "it was killed"))


@then("{target:Target} runs in a new process")
def runs_in_a_new_process(context: Context, target: Target) -> None:
    before = context.stage.the(Restart)
    assert_that(context.stage.the(Parts)[target].pid, is_not(before.pid), f"the process id of the {target}")
