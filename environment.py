"""When things start and stop. What starts, and how, lives in `support`."""

from collections.abc import Iterator

from behave import fixture, use_fixture
from behave.model import Scenario
from behave.runner import Context

from support.behave_runtime.hooks import install
from support.behave_runtime.recording import recording
from support.behave_runtime.sentences import load_sentences
from support.behave_runtime.sessions import Sessions, open_sessions
from support.behave_runtime.stage import Stage
from support.behave_runtime.words import learn
from support.core.environment import set_users_environment_aside
from support.gate.selection.scenarios import scenario_id, title
from support.reporting.story import report_story
from support.systems.registry import systems

set_users_environment_aside()
install(systems(), load_sentences)
learn(systems())


@fixture  # type: ignore[untyped-decorator]
def running_systems(context: Context) -> Iterator[Sessions]:
    with open_sessions(recording(), systems()) as context.sessions:
        yield context.sessions


@fixture  # type: ignore[untyped-decorator]
def fresh_stage(context: Context, scenario: Scenario) -> Iterator[Stage]:
    with context.session.scenario(scenario_id(scenario), scenario.effective_tags) as context.stage:
        yield context.stage


@fixture  # type: ignore[untyped-decorator]
def reported_story(context: Context, scenario: Scenario) -> Iterator[None]:
    context.stage = None
    yield
    if context.stage:
        failed = any(step.status.has_failed() for step in scenario.all_steps)
        report_story(context.session, context.stage, title(scenario), failed=failed)


def before_all(context: Context) -> None:
    use_fixture(running_systems, context)


def before_scenario(context: Context, scenario: Scenario) -> None:
    context.system, context.session = context.sessions.of(scenario.effective_tags)
    if reason := context.session.lacks(scenario.effective_tags):
        scenario.skip(reason)
        return
    use_fixture(
        reported_story, context, scenario
    )  # set up first, torn down last: when the faults of the stage are lifted
    use_fixture(fresh_stage, context, scenario)
