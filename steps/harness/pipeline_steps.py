"""A release that goes through the pipelines that the suite contains."""

from hamcrest import contains_string, empty, equal_to

from support.behave_runtime.gherkin import Context, then, when
from support.core.checks import assert_that
from support.systems.harness.actors.pipelines import CiService, PipelineRun, PipelineRunner
from support.systems.harness.actors.sample_release import SampleRelease


@when("a release {release:SampleRelease} goes through the {service:CiService} pipeline")
def goes_through(context: Context, release: SampleRelease, service: CiService) -> None:
    context.stage.put(context.stage.the(PipelineRunner).run(service, release))


@then("the pipeline ends with exit status {status:Count}")
def ends_with(context: Context, status: int) -> None:
    run = context.stage.the(PipelineRun)
    assert_that(run.exit_status, equal_to(status), f"the exit status of a pipeline with this output: {run.output}")


@then('the pipeline prints "{words:Text}"')
def prints(context: Context, words: str) -> None:
    assert_that(context.stage.the(PipelineRun).output, contains_string(words))


@then("the pipeline has published all its files")
def has_published(context: Context) -> None:
    assert_that(context.stage.the(PipelineRun).missing, empty(), "files that the pipeline has not published")
