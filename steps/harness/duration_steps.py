"""How long the suite takes, from the history of its runs."""

from support.behave_runtime.gherkin import Context, then, when
from support.reporting.figures import assert_within_budget, record_figures
from support.systems.harness.actors.past_runs import FIGURE, WholeRuns, last_whole_runs


@when("an engineer looks up the last whole acceptance run of each backend")
def look_up_whole_runs(context: Context) -> None:
    context.stage.put(last_whole_runs())


@then("each of these runs took no longer than the budget allows")
def took_no_longer(context: Context) -> None:
    record_figures(*context.stage.the(WholeRuns).figures())
    assert_within_budget(FIGURE)
