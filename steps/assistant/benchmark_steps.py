"""What the assistant's own work costs, as it measures itself."""

from hamcrest import empty, equal_to, greater_than, greater_than_or_equal_to

from steps.assistant.configuration_change_steps import sets
from support.behave_runtime.gherkin import Context, given, then, when
from support.behave_runtime.recording import recording
from support.core.checks import assert_that
from support.core.errors import InconclusiveError
from support.core.processor_time import MOST_OF_OTHERS, WATCH
from support.systems.assistant.actors import configuration_change
from support.systems.assistant.actors.administrator import Administrator
from support.systems.assistant.actors.configuration_change import Change
from support.systems.assistant.admin_matchers import accepted
from support.systems.assistant.observers.measurements import Measurement, Run, comparable

ENOUGH = 5  # pairs of measurements at the same pace of the machine
LARGEST_ERROR = 1 / 5


@when("{_name:Admin} has everything measured")
def everything_measured(context: Context, _name: str) -> None:
    context.stage.put(Run.of(context.stage.the(Administrator).run_benchmarks()))


@given("{_name:Admin} has had {benchmarks:Benchmarks} measured")
@when("{_name:Admin} has {benchmarks:Benchmarks} measured")
def measured(context: Context, _name: str, benchmarks: list[str]) -> None:
    context.stage.put(Run.of(context.stage.the(Administrator).run_benchmarks(benchmarks)))


@when("{name:Admin} has {benchmarks:Benchmarks} measured {count:Count} times")
def measured_often(context: Context, name: str, benchmarks: list[str], count: int) -> None:
    for _ in range(count):
        measured(context, name, benchmarks)


@when("{_name:Admin} registers {count:Count} more operations")
def registers_many(context: Context, _name: str, count: int) -> None:
    operations = {f"operation_{number}": {"prompt": f"Do number {number}."} for number in range(count)}
    edit = configuration_change.setting(("operations", operations))
    change = context.stage.put(configuration_change.make(context.stage.the(Administrator), edit))
    assert_that(change.answer, accepted(), "the change")


@given("{name:Admin} has registered {count:Count} more operations")
def has_registered_many(context: Context, name: str, count: int) -> None:
    registers_many(context, name, count)


@when("{name:Admin} removes all other operations")
def removes_others(context: Context, name: str) -> None:
    sets(context, name, "operations", {})
    assert_that(context.stage.the(Change).answer, accepted(), "the change")


@then("she is told, each with its error, the cost of {benchmarks:Benchmarks}")
def told_costs(context: Context, benchmarks: list[str]) -> None:
    results = context.stage.the(Run).results
    assert_that(sorted(set(benchmarks) - results.keys()), empty(), "the figures that are missing")
    for name in benchmarks:
        _is_a_figure(results[name])


@then("she is told the cost of a request under every preset")
def told_costs_of_presets(context: Context) -> None:
    presets = context.stage.the(Administrator).presets().body["presets"]
    told_costs(context, [f"request_overhead_{preset}" for preset in presets])


@then("the same figures can be looked up later")
def looked_up(context: Context) -> None:
    assert_that(Run.of(context.stage.the(Administrator).benchmarks()), equal_to(context.stage.the(Run)), "the figures")


@then("each of these figures is at least twice as high as at first")
def twice_as_high(context: Context) -> None:
    for one in context.stage.the(Run).results.values():
        times = one.median / one.pace / one.baseline["median"]
        assert_that(times, greater_than_or_equal_to(2), f"how much higher {one.name} is")


@then("it is reported as slower than at first")
def reported_slower(context: Context) -> None:
    """The first time is that of the first measurement in this scenario."""
    first = _runs(context)[0].results
    for one in context.stage.the(Run).results.values():
        assert one.regression, str(one)
        assert_that(one.baseline["median"], equal_to(first[one.name].median), f"what {one.name} is compared with")


@then("it is not reported as slower than at first")
def not_reported_slower(context: Context) -> None:
    slower = [one for run in _runs(context) for one in run.results.values() if one.regression]
    others = WATCH.others_since(recording().scenario_began)
    if slower and others > MOST_OF_OTHERS:
        raise InconclusiveError(f"others took up to {others:.0f} % of the processors' time while it was measured")
    assert_that([str(one) for one in slower], empty(), "what is reported as slower")


@then("most of the measurements agree with each other within their stated errors")
def most_agree(context: Context) -> None:
    pairs = comparable(_measurements(context))
    if len(pairs) < ENOUGH:
        raise InconclusiveError(f"the machine changed its pace: only {len(pairs)} measurements can be compared")
    agreeing = sum(one.agrees_with(other) for one, other in pairs)
    told = ", ".join(f"{one.median * 1e6:.3g} ± {one.error * 1e6:.2g} µs" for one, _ in pairs)
    assert_that(agreeing / len(pairs), greater_than(0.5), f"the share of {len(pairs)} pairs that agree, of {told}")


@then("most of the stated errors are at most a fifth of the figure")
def most_are_precise(context: Context) -> None:
    measurements = _measurements(context)
    precise = sum(one.error <= LARGEST_ERROR * one.median for one in measurements)
    assert_that(precise / len(measurements), greater_than(0.5), "the share of measurements with so small an error")


def _is_a_figure(one: Measurement) -> None:
    assert_that(one.samples, greater_than(1), f"the samples of {one.name}")
    assert_that(one.median, greater_than(0), f"the cost of {one.name}, in seconds")
    assert_that(one.error, greater_than(0), f"the error of {one.name}, in seconds")


def _runs(context: Context) -> list[Run]:
    return [one for one in context.stage.history if isinstance(one, Run)]


def _measurements(context: Context) -> list[Measurement]:
    return [one for run in _runs(context) for one in run.results.values()]
