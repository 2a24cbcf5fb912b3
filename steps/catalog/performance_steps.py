"""Measurements of the catalog."""

from decimal import Decimal

from hamcrest import empty, equal_to, is_not

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.target import Target
from support.environments.parts import Parts
from support.measure.host_load import HostLoad
from support.reporting.evidence import attach_text
from support.reporting.figures import record_figures
from support.systems.catalog.actors.cache_hits import CacheHitMeasurement, CacheHits
from support.systems.catalog.actors.operator import Operator
from support.systems.catalog.actors.update_benchmark import UpdateBenchmark
from support.systems.catalog.recovery_timer import RecoveryTimer
from support.systems.catalog.targets import CATALOG
from support.workload.open_loop import LoadResult


@when("the time of an update is measured with {few:Count} bundles and with {many:Count}")
def measure_time(context: Context, few: int, many: int) -> None:
    with HostLoad(context.stage.the(Parts)[CATALOG].pid) as host_load:
        growth = context.stage.the(UpdateBenchmark).growth(few, many, times=3)
    record_figures(*growth.time_figures(), host_load.others())
    attach_text("What was measured", str(growth))


@when("the memory of an update is measured with {few:Count} bundles and with {many:Count}")
def measure_memory(context: Context, few: int, many: int) -> None:
    growth = context.stage.the(UpdateBenchmark).growth(few, many, times=1)
    record_figures(*growth.memory_figures())
    attach_text("What was measured", str(growth))


@when("{times:Count} updates of {bundles:Count} bundles follow one another")
def measure_memory_growth(context: Context, times: int, bundles: int) -> None:
    memory = context.stage.the(UpdateBenchmark).memory_after_updates(bundles, times)
    record_figures(memory.growth_per_update())
    attach_text("What was measured", str(memory))


@when(
    "shoppers search {rate:Count} times a second while updates of {bundles:Count} bundles follow one another, "
    "until {least:Count} searches have overlapped an update"
)
def search_during_updates(context: Context, rate: int, bundles: int, least: int) -> None:
    with HostLoad(context.stage.the(Parts)[CATALOG].pid) as host_load:
        searched = context.stage.the(UpdateBenchmark).search_during_updates(bundles, rate, least)
    context.stage.put(searched.everything)
    record_figures(*searched.waits(), host_load.others())
    attach_text("What was measured", str(searched))


@when(
    "shoppers search {rate:Count} times a second, until {bundles:Count} bundles have been loaded {times:Count} times "
    "with new prices"
)
def measure_cache_hits(context: Context, rate: int, bundles: int, times: int) -> None:
    hits = context.stage.put(context.stage.the(CacheHitMeasurement).measure(times, rate, bundles))
    context.stage.put(hits.load)
    record_figures(hits.share())
    attach_text("What was measured", str(hits))


@given("an update has been tried, and the status page reports a problem")
def problem_reported(context: Context) -> None:
    context.stage.the(Operator).update_catalog()
    assert_that(context.stage.the(Operator).status_page().status, is_not("healthy"), "the status page")


@when(
    "{target:Target} recovers, and shoppers keep opening the catalog until everything is normal, "
    'with "{bundle:Text}" at {price:Money}'
)
def back_to_normal(context: Context, target: Target, bundle: str, price: Decimal) -> None:
    record_figures(*context.stage.the(RecoveryTimer).measure(target, bundle, price).figures())


@then("every search was answered")
def every_search_answered(context: Context) -> None:
    assert_that(context.stage.the(LoadResult).failures(), empty(), "searches without an answer")


@then("monitoring has counted every search")
def monitoring_counted(context: Context) -> None:
    hits = context.stage.the(CacheHits)
    assert_that(
        hits.reported_hits + hits.reported_misses,
        equal_to(len(hits.load.requests)),
        f"the searches that monitoring counted in {hits}",
    )
