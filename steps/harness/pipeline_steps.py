"""A release that goes through the pipelines that come with the suite."""

from hamcrest import assert_that, contains_string, empty, equal_to

from support.behave_runtime.gherkin import Context, then, when
from support.systems.harness.actors.pipelines import Pipeline, Service, Team
from support.systems.harness.actors.sample_release import Gap


@when("a release goes through the pipeline of {service:Service}, and {gap:Gap}")
def goes_through(context: Context, service: Service, gap: Gap) -> None:
    context.stage.put(context.stage.the(Team).release(service, gap))


@then("the pipeline ends with exit code {code:Count}")
def ends_with(context: Context, code: int) -> None:
    pipeline = context.stage.the(Pipeline)
    assert_that(pipeline.exit_code, equal_to(code), f"the exit code of a pipeline that said: {pipeline.said}")


@then('it says "{words:Text}"')
def says(context: Context, words: str) -> None:
    assert_that(context.stage.the(Pipeline).said, contains_string(words))


@then("everything that it is to publish is there")
def has_published(context: Context) -> None:
    assert_that(context.stage.the(Pipeline).missing, empty(), "what is to be published and is not there")
