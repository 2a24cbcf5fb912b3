"""Measures what the layer itself costs, and compares it with the first time. Users' requests go on between any two samples."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec
import structlog

from support.systems.assistant.app.durable_file import replace_durably
from support.systems.assistant.app.median import Median, repeatable

SAMPLES = 200
WARM_UP = 5
log = structlog.get_logger()

Sample = Callable[[], Awaitable[float]]


class Benchmark(NamedTuple):
    """*sample* measures once, in seconds; it blocks the event loop for a few milliseconds at most."""

    name: str
    sample: Sample


@dataclass(frozen=True, slots=True)
class Baseline:
    """The first result, and how long the machine needed for a fixed piece of work at the time."""

    first: Median
    pace_s: float


@dataclass(frozen=True, slots=True)
class Result:
    """*pace* is how much slower the machine is now than at the time of the *baseline* (1.0: equal), whatever it does.

    *regression*: slower than the baseline, beyond both errors and beyond what the pace explains.
    """

    name: str
    unit: str
    median: float
    error: float
    samples: int
    baseline: Median
    pace: float
    regression: bool


class RunningError(Exception):
    """Benchmarks are running already: two runs would measure each other."""


class Benchmarks:
    """Keeps the baselines in `baselines.json` in *folder*. An unreadable file is told in the log, and replaced."""

    def __init__(self, benchmarks: Iterable[Benchmark], folder: Path) -> None:
        self._all = {benchmark.name: benchmark for benchmark in benchmarks}
        self._file = folder / "baselines.json"
        self._running = False
        self._last: dict[str, Result] = {}

    @property
    def names(self) -> list[str]:
        return list(self._all)

    @property
    def last(self) -> list[Result]:
        """The last result of each benchmark that has run since the start."""
        return list(self._last.values())

    async def run(self, names: Iterable[str], times: float) -> list[Result]:
        """Run those with these *names*. A regression is slower by *times*. Raises `RunningError`."""
        if self._running:
            raise RunningError
        self._running = True
        try:
            baselines = await asyncio.to_thread(_read, self._file)
            results = []
            found = await _measure([PACE, *(self._all[name] for name in names)])
            pace_s = found.pop(PACE.name).median
            for name, now in found.items():
                baseline = baselines.setdefault(name, Baseline(now, pace_s))
                first, pace = baseline.first, pace_s / baseline.pace_s
                slower = regressed(now, first, times * pace)
                results.append(Result(name, "s", now.median, now.error, now.samples, first, pace, slower))
            await asyncio.to_thread(_write, self._file, baselines)
        finally:
            self._running = False
        self._last |= {result.name: result for result in results}
        return results


def regressed(found: Median, baseline: Median, times: float) -> bool:
    """Whether *found* is slower by *times* even if both errors count in its favour."""
    return found.median - found.error > times * max(baseline.median + baseline.error, 0)


def each(call: Callable[[], object], repeat: int = 1) -> Sample:
    """The time of one *call*, as the mean of *repeat* in succession."""

    async def sample() -> float:
        started = time.perf_counter()
        for _ in range(repeat):
            call()
        return (time.perf_counter() - started) / repeat

    return sample


def extra(plain: Callable[[], Awaitable[object]], guarded: Callable[[], Awaitable[object]], repeat: int = 1) -> Sample:
    """What *guarded* takes longer than *plain*; the two are measured one right after the other."""

    async def timed(call: Callable[[], Awaitable[object]]) -> float:
        started = time.perf_counter()
        for _ in range(repeat):
            await call()
        return (time.perf_counter() - started) / repeat

    async def sample() -> float:
        return -await timed(plain) + await timed(guarded)

    return sample


def _fixed_work() -> None:
    """What the layer is made of, too: calls, texts, dictionaries; it is never changed."""
    counts: dict[str, int] = {}
    for number in range(300):
        key = str(number % 50)
        counts[key] = counts.get(key, 0) + number


PACE = Benchmark("pace", each(_fixed_work))


async def _measure(benchmarks: Sequence[Benchmark]) -> dict[str, Median]:
    """In turns, each in another order, so that a slow moment of the machine, or what ran before, falls to all of them."""
    values: dict[str, list[float]] = {benchmark.name: [] for benchmark in benchmarks}
    for _ in range(WARM_UP + SAMPLES):
        for name, sample in random.sample(benchmarks, len(benchmarks)):
            values[name].append(await sample())
            await asyncio.sleep(0)
    return {name: repeatable(measured[WARM_UP:]) for name, measured in values.items()}


def _read(file: Path) -> dict[str, Baseline]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, Baseline])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        log.error("baselines.unreadable", reason=str(error))  # noqa: TRY400 - the reason suffices
        return {}


def _write(file: Path, baselines: Mapping[str, Baseline]) -> None:
    try:
        replace_durably(file, msgspec.json.encode(baselines))
    except OSError as error:
        log.error("baselines.not_saved", reason=str(error))  # noqa: TRY400 - the reason suffices
