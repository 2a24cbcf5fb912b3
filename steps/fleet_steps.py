"""The catalog service in more than one instance."""

from support.clients.fleet import Fleet
from support.gherkin import Context, given


@given("a second catalog service runs")
def second_runs(context: Context) -> None:
    context.stage.the(Fleet).add()
