"""Processes of a system that are ended and started again outside the fault desk, as an operator or a scheduler would."""

import time
from datetime import timedelta

from hamcrest import is_not

from support.behave_runtime.gherkin import Context, then, when
from support.core.checks import assert_that
from support.core.target import Target
from support.environments.fresh_start import Renewal
from support.environments.parts import Parts
from support.faults.injectors.process import start_again
from support.measure.ending import Ending, asked_to_stop, ended_well
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


@when("{target:Target} is asked to stop")
def is_asked_to_stop(context: Context, target: Target) -> None:
    context.stage.put(asked_to_stop(context.stage.the(Parts)[target]))


@when("{target:Target} is stopped and started again")
def stopped_and_started_again(context: Context, target: Target) -> None:
    part = context.stage.the(Parts)[target]
    part.stop()
    start_again(target, part)


@when("{target:Target} is asked to start anew")
def asked_to_start_anew(context: Context, target: Target) -> None:
    """SIGHUP; a candidate that does nothing then is restarted."""
    Renewal(context.stage.the(Parts)[target], reloads=None)()


@then("it ends with exit status 0 within {limit:Duration}")
def ends_well(context: Context, limit: timedelta) -> None:
    ended_well(context.stage.the(Ending), limit)


@then("{target:Target} runs in a new process")
def runs_in_a_new_process(context: Context, target: Target) -> None:
    before = context.stage.the(Restart)
    assert_that(context.stage.the(Parts)[target].pid, is_not(before.pid), f"the process id of the {target}")
