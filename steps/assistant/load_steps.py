"""How quick the assistant is, measured from outside."""

import statistics

from hamcrest import empty

from support.behave_runtime.gherkin import Context, then, when
from support.core.checks import assert_that
from support.environments.parts import Parts
from support.measure.figure import Figure
from support.measure.host_load import HostLoad
from support.reporting.evidence import attach_text
from support.reporting.figures import record_figures
from support.systems.assistant.actors import configuration_series
from support.systems.assistant.actors.administrator import Administrator
from support.systems.assistant.actors.assistant_api import AssistantApi
from support.systems.assistant.actors.stopwatch import Scrapes, Served, Stopwatch
from support.systems.assistant.environment.site import Site
from support.systems.assistant.observers.measurements import Run
from support.systems.assistant.targets import ASSISTANT

BLOCKS, IN_A_BLOCK = 15, 40


@when("{_name:Admin} has a configuration of {operations:Count} operations read {times:Count} times")
def configuration_read(context: Context, _name: str, operations: int, times: int) -> None:
    administrator = context.stage.the(Administrator)
    with _host_load(context) as host_load:
        took = [_timed_change(administrator, number, operations) for number in range(times)]
    record_figures(Figure("reading a configuration", statistics.median(took), "s"), host_load.others())


@when("{count:Count} answers of the assistant are compared with as many of the AI service itself")
def compared_with_direct(context: Context, count: int) -> None:
    with _host_load(context) as host_load:
        added = _stopwatch(context).added_latency(count)
    record_figures(*added.figures(), host_load.others())
    attach_text("What was measured", str(added))


@when(
    "the assistant's answers are compared with and without somebody who reads its metrics {count:Count} times a second"
)
def compared_with_scrapes(context: Context, count: int) -> None:
    assistant = context.stage.the(AssistantApi)
    with _host_load(context) as host_load:
        found = _stopwatch(context).with_and_without(lambda: Scrapes(assistant, 1 / count), BLOCKS, IN_A_BLOCK)
    record_figures(*found.figures("what reading the metrics adds to an answer"), host_load.others())


@when("what it costs to count a request is compared with {count:Count} answers")
def counting_compared(context: Context, count: int) -> None:
    """The first is the assistant's own measurement, with its error; the second is measured from outside."""
    with _host_load(context) as host_load:
        run = Run.of(context.stage.the(Administrator).run_benchmarks(["metrics_overhead"]))
        cost = run.results["metrics_overhead"]
        answer_s = statistics.median(_stopwatch(context).added_latency(count).by_assistant)
    share = Figure("share of counting in the time of an answer", 100 * cost.median / answer_s, "%")
    error = Figure("error of the share of counting", 100 * cost.error / answer_s, "%")
    record_figures(share, error, host_load.others())


@when("{people:Count} people keep asking without a pause for {span_s:Count} seconds")
def crowd_without_pause(context: Context, people: int, span_s: int) -> None:
    with _host_load(context) as host_load:
        served = context.stage.put(_stopwatch(context).crowd(people, span_s))
    record_figures(*served.figures(), host_load.others())


@then("each of them got the answer to their own question each time")
def each_was_right(context: Context) -> None:
    assert_that(context.stage.the(Served).wrong[:3], empty(), "answers that are not live, or another's")


def _timed_change(administrator: Administrator, number: int, operations: int) -> float:
    """Seconds until a new configuration is in force."""
    answer = administrator.configure(configuration_series.large(number, operations))
    assert answer.body.get("version"), f"the configuration was not accepted: {answer.text[:300]}"
    return answer.waited_s


def _host_load(context: Context) -> HostLoad:
    return HostLoad(context.stage.the(Parts)[ASSISTANT].pid)


def _stopwatch(context: Context) -> Stopwatch:
    return Stopwatch(context.stage.the(Site))
