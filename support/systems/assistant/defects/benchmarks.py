"""Mistakes with the measurement of the layer's own cost, and with that cost."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from support.systems.assistant.app import benchmarks
from support.systems.assistant.app.alert_rules import AlertRules
from support.systems.assistant.app.benchmarks import Baseline, Benchmark, each
from support.systems.assistant.app.layer_benchmarks import LayerBenchmarks
from support.systems.assistant.app.median import Median, repeatable
from support.systems.patched_variants import Patch, breaks


@breaks("RES-METRIC-3")
def finds_no_regression(patch: Patch) -> None:
    """Figures are reported, and compared with nothing."""
    patch(benchmarks, "regressed", lambda *_: False)


@breaks("RES-METRIC-3")
def regressions_alert_nobody(patch: Patch) -> None:
    """The report says so, and nobody reads it."""
    patch(AlertRules, "judge", lambda *_: None)


@breaks("RES-METRIC-3")
def compares_with_the_last_time(patch: Patch) -> None:
    """Each result is the next one's baseline: what becomes slower little by little, or stays slow, is never noticed."""
    sound = benchmarks._write
    measured: dict[str, Median] = {}

    def remembering(values: Sequence[float]) -> Median:
        found = repeatable(values)
        measured[str(len(measured))] = found
        return found

    def write(file: Any, baselines: Mapping[str, Baseline]) -> None:
        latest = list(measured.values())[-len(baselines) :]
        sound(file, {name: replace(one, first=now) for (name, one), now in zip(baselines.items(), latest, strict=True)})

    patch(benchmarks, "repeatable", remembering)
    patch(benchmarks, "_write", write)


@breaks("RES-METRIC-3")
def forgets_its_baselines(patch: Patch) -> None:
    """After a restart, which brings each new version, the first result is the baseline again."""
    kept: dict[str, Baseline] = {}

    def write(_file: Any, baselines: Mapping[str, Baseline]) -> None:
        kept.update(baselines)

    patch(benchmarks, "_read", lambda _file: dict(kept))
    patch(benchmarks, "_write", write)


@breaks("RES-METRIC-3")
def takes_noise_for_a_regression(patch: Patch) -> None:
    """Whatever is slower than the first time at all is a regression, however little."""
    patch(benchmarks, "regressed", lambda found, _baseline, _times: found.median > 0)


@breaks("RES-PERF-3")
def measures_no_presets(patch: Patch) -> None:
    """What a preset costs is not told before it is chosen."""
    sound = LayerBenchmarks.all

    def all_of_them(self: LayerBenchmarks) -> list[Benchmark]:
        return [one for one in sound(self) if not one.name.startswith("request_overhead_")]

    patch(LayerBenchmarks, "all", all_of_them)


@breaks("RES-PERF-3", spills=("RES-METRIC-3",))
def measures_an_empty_configuration(patch: Patch) -> None:
    """The figures are of a case that nobody has: without any operation."""
    sound = LayerBenchmarks.__init__

    def init(self: LayerBenchmarks, store: Any, tasks: Any) -> None:
        sound(self, store, tasks)

        async def nothing() -> float:
            return await each(lambda: store.check({}))()

        patch(LayerBenchmarks, "_configuration_load", lambda _self: nothing())
        patch(LayerBenchmarks, "_validation", lambda _self: nothing())

    patch(LayerBenchmarks, "__init__", init)


@breaks("RES-PERF-3")
def forgets_its_figures(patch: Patch) -> None:
    """Figures are told once, to the one who had them measured."""
    patch(benchmarks.Benchmarks, "last", property(lambda _self: []))


@breaks("RES-PERF-3", "RES-PERF-4")
def states_no_error(patch: Patch) -> None:
    """The error is given as zero, as if a measurement were exact."""
    patch(benchmarks, "repeatable", lambda values: replace(repeatable(values), error=0.0))


@breaks("RES-PERF-4", spills=("RES-METRIC-3", "RES-PERF-3"))
def states_an_error_that_says_nothing(patch: Patch) -> None:
    """The error is the whole range of the samples, so that every figure agrees with every other."""
    patch(benchmarks, "repeatable", lambda values: replace(repeatable(values), error=max(values) + min(values)))


@breaks("RES-PERF-4")
def measures_a_moving_target(patch: Patch) -> None:
    """The work grows with each run: what is measured is not the same twice."""
    sound, runs = LayerBenchmarks._configuration_load, [0]

    async def configuration_load(self: LayerBenchmarks) -> float:
        runs[0] += 1
        return await sound(self) * (1 + 0.1 * (runs[0] // (benchmarks.SAMPLES + benchmarks.WARM_UP) % 7))

    patch(LayerBenchmarks, "_configuration_load", configuration_load)
