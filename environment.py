"""When things start and stop. What starts, and how, lives in `support`."""

from collections.abc import Iterator
from contextlib import suppress

from behave import fixture, use_fixture
from behave.model import Scenario
from behave.runner import Context

import support.behave_runtime.vocabulary  # noqa: F401  teaches behave our words before it reads the steps
from support.behave_runtime.stage import Stage
from support.core.errors import NotApplicableError
from support.reporting import install, recording, scenario_id, title
from support.systems.sessions import Runs, open_runs

install()


@fixture  # type: ignore[untyped-decorator]
def running_systems(context: Context) -> Iterator[Runs]:
    with open_runs(recording()) as context.runs:
        yield context.runs


@fixture  # type: ignore[untyped-decorator]
def fresh_stage(context: Context, scenario: Scenario) -> Iterator[Stage]:
    with context.run.scenario(scenario_id(scenario), scenario.effective_tags) as context.stage:
        yield context.stage


@fixture  # type: ignore[untyped-decorator]
def told_story(context: Context, scenario: Scenario) -> Iterator[None]:
    context.stage = None
    yield
    failed = any(step.status.has_failed() for step in scenario.all_steps)
    with suppress(NotApplicableError):  # who cannot be asked adds nothing to the story
        if context.stage:
            context.run.tell(context.stage, title(scenario), failed=failed)


def before_all(context: Context) -> None:
    use_fixture(running_systems, context)


def before_scenario(context: Context, scenario: Scenario) -> None:
    context.run = context.runs.of(scenario.effective_tags)
    if reason := context.run.lacks(scenario.effective_tags):
        scenario.skip(reason)
        return
    use_fixture(told_story, context, scenario)  # first in, last out: when the faults of the stage are lifted
    use_fixture(fresh_stage, context, scenario)
