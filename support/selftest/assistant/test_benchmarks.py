"""The median's error is what it is said to be; a regression is beyond both errors; users' requests are not held up."""

import asyncio
import random
import time
from itertools import pairwise

import pytest

from support.systems.assistant.app import benchmarks
from support.systems.assistant.app.benchmarks import Benchmark, Benchmarks, RunningError, each, extra, regressed
from support.systems.assistant.app.median import BETWEEN_RUNS, FEWEST, Median, lower_rank, median_of, repeatable


@pytest.mark.parametrize(("count", "rank"), [(6, 1), (10, 2), (20, 6), (50, 18), (100, 40)])
def test_the_ranks_of_the_interval_are_those_of_the_tables(count, rank):
    assert lower_rank(count) == rank


def test_the_error_is_half_the_width_of_the_interval():
    found = median_of([float(value) for value in reversed(range(1, 101))])
    assert found == Median(50.5, (61 - 40) / 2, 100)


@pytest.mark.parametrize(
    ("draw", "median"),
    [
        (lambda chance: chance.gauss(10, 3), 10.0),
        (lambda chance: chance.expovariate(1), 0.6931),
        (lambda chance: chance.lognormvariate(0, 2), 1.0),
    ],
    ids=["normal", "exponential", "lognormal"],
)
@pytest.mark.parametrize("count", [25, 200])
def test_the_interval_holds_the_true_median_in_95_of_100_cases(draw, median, count):
    chance, held = random.Random(13), 0
    for _ in range(2000):
        ordered, rank = sorted(draw(chance) for _ in range(count)), lower_rank(count)
        held += ordered[rank - 1] <= median <= ordered[-rank]
    assert 0.94 <= held / 2000 <= 0.98


def test_too_few_values_have_no_interval():
    with pytest.raises(ValueError, match="6 values"):
        median_of([1.0] * (FEWEST - 1))
    assert median_of([1.0] * FEWEST) == Median(1.0, 0.0, FEWEST)


def test_the_error_allows_for_what_two_runs_differ_by():
    assert repeatable([1.0] * FEWEST) == Median(1.0, BETWEEN_RUNS, FEWEST)
    wide = [float(value) for value in range(1, 101)]
    assert repeatable(wide) == median_of(wide)


@pytest.mark.parametrize(
    ("now", "error", "slower"),
    [
        (1.0, 0.0, False),
        (1.5, 0.0, False),
        (1.64, 0.0, False),
        (1.66, 0.0, True),
        (2.0, 0.36, False),
        (2.0, 0.34, True),
    ],
)
def test_a_regression_is_slower_by_the_factor_beyond_both_errors(now, error, slower):
    assert regressed(Median(now, error, 200), Median(1.0, 0.1, 200), 1.5) is slower


def test_what_cost_nothing_at_first_is_no_reason_for_a_negative_limit():
    assert not regressed(Median(-0.5, 0.1, 200), Median(-1.0, 0.1, 200), 1.5)


class Paced:
    """A benchmark whose figures we set."""

    def __init__(self):
        self.figure = 1.0

    async def sample(self):
        return self.figure


@pytest.fixture
def paced(monkeypatch):
    steady = Paced()
    monkeypatch.setattr(benchmarks, "PACE", Benchmark("pace", steady.sample))
    return Paced()


def run(folder, paced, times=1.5):
    return asyncio.run(Benchmarks([Benchmark("paced", paced.sample)], folder).run(["paced"], times))[0]


def test_the_first_result_is_the_baseline_also_after_restarts(tmp_path, paced):
    assert run(tmp_path, paced).baseline == Median(1.0, BETWEEN_RUNS, benchmarks.SAMPLES)
    paced.figure = 1.4
    assert (run(tmp_path, paced).baseline.median, run(tmp_path, paced).regression) == (1.0, False)
    paced.figure = 1.7
    result = run(tmp_path, paced)
    assert (result.baseline.median, result.median, result.regression) == (1.0, 1.7, True)


def test_a_machine_that_is_slower_as_a_whole_is_no_regression(tmp_path, paced, monkeypatch):
    def machine(seconds):
        pace = Paced()
        pace.figure = seconds
        monkeypatch.setattr(benchmarks, "PACE", Benchmark("pace", pace.sample))

    machine(0.001)
    run(tmp_path, paced)
    machine(0.002)
    paced.figure = 2.9
    assert (run(tmp_path, paced).pace, run(tmp_path, paced).regression) == (2.0, False)
    paced.figure = 3.4
    assert run(tmp_path, paced).regression


@pytest.mark.parametrize("content", [b"", b"[]", b'{"paced": 1}', b"\xff"])
def test_a_damaged_file_of_baselines_is_replaced(tmp_path, paced, content):
    (tmp_path / "baselines.json").write_bytes(content)
    run(tmp_path, paced)
    paced.figure = 1.7
    assert run(tmp_path, paced).regression


def test_a_folder_that_is_not_there_keeps_no_baseline_and_the_result_is_given(tmp_path, paced):
    assert run(tmp_path / "missing", paced).median == 1.0


def test_two_runs_would_measure_each_other(tmp_path, paced):
    async def story():
        all_of_them = Benchmarks([Benchmark("paced", paced.sample)], tmp_path)
        first = asyncio.create_task(all_of_them.run(["paced"], 1.5))
        await asyncio.sleep(0)
        with pytest.raises(RunningError):
            await all_of_them.run(["paced"], 1.5)
        await first
        return await all_of_them.run(["paced"], 1.5)

    assert len(asyncio.run(story())) == 1


def test_other_tasks_go_on_between_any_two_samples(tmp_path):
    turns, held = 0, []

    async def other():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def sample():
        held.append(turns)
        return 1.0

    async def story():
        task = asyncio.create_task(other())
        await Benchmarks([Benchmark("x", sample)], tmp_path).run(["x"], 1.5)
        task.cancel()

    asyncio.run(story())
    measured = held[benchmarks.WARM_UP :]
    assert all(later > before for before, later in pairwise(measured))


def test_an_overhead_is_the_difference_between_two_calls_and_a_time_that_of_one():
    async def plain():
        pass

    async def guarded():
        time.sleep(0.002)  # noqa: ASYNC251 - work, which blocks

    assert 0.002 <= asyncio.run(extra(plain, guarded)()) < 1
    assert 0.002 <= asyncio.run(each(lambda: time.sleep(0.002), 3)()) < 1
