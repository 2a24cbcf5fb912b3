"""Compares the last run with the history: what became slower or worse, and which scenarios are flaky.

The results are warnings; a verdict depends on its own run alone.
"""

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from support.core.amounts import amount, span
from support.gate.history.runs import Circumstances, RunRecord, Scale, comparable
from support.gate.verdict.outcome import Outcome

WINDOW_RUNS = 20
MIN_RUNS = 5
SPREADS = 3.0
SPREAD_OF_MAD = 1.4826  # a normal distribution's standard deviation, in median absolute deviations
SHARE = 0.25
MIN_OVERLAP = 0.9
OF_BUDGET = 0.01
TIME = Scale("s")


def warnings(run: RunRecord, earlier: Sequence[RunRecord]) -> list[str]:
    """In sentences: regressions of the run's duration and figures, and scenarios that are flaky at the same code."""
    return [*_regressions(run, earlier), *_flaky(run, earlier)]


def usual_if_worse(value: float, past: Sequence[float], scale: Scale) -> float | None:
    """The usual value if *value* is worse than that by more than noise; None if it is not, or with too few runs.

    The rule: take the median of the last 20 comparable runs, at least 5. A value is worse if it exceeds the median by more than
    three spreads (1.4826 times the median absolute deviation), by more than a quarter of the median, and by more than a
    hundredth of the budget. For a share in percent, what is missing to 100 is compared.
    """
    recent = list(past)[-WINDOW_RUNS:]
    if len(recent) < MIN_RUNS:
        return None
    costs = [_cost(one, scale) for one in recent]
    middle = statistics.median(costs)
    spread = SPREAD_OF_MAD * statistics.median(abs(one - middle) for one in costs)
    floor = OF_BUDGET * abs(_cost(scale.budget, scale)) if scale.budget is not None else 0.0
    room = max(SPREADS * spread, SHARE * abs(middle), floor)
    return statistics.median(recent) if _cost(value, scale) > middle + room else None


def flaky_scenarios(runs: Iterable[RunRecord]) -> dict[str, tuple[str, Counter[str]]]:
    """Scenarios that passed and did not pass with the same code, candidate, build of it, and backend.

    By name: the code and the build, and the number of each outcome. BROKEN and N/A do not count.
    """
    seen: dict[tuple[str, str, str, str], Counter[str]] = {}
    for run in runs:
        for record in run.scenarios.values():
            if run.circumstances.code and record.outcome in _CONCLUSIVE:
                here = run.circumstances
                code = f"{here.code}, {here.version}" if here.version else here.code
                key = (code, here.candidate, run.backend, record.name)
                seen.setdefault(key, Counter())[record.outcome] += 1
    return {key[3]: (key[0], counts) for key, counts in seen.items() if Outcome.PASSED in counts and len(counts) > 1}


def counts_in_words(outcomes: Mapping[str, int]) -> str:
    return ", ".join(f"{'once' if count == 1 else f'{count} times'} {outcome}" for outcome, count in outcomes.items())


_CONCLUSIVE = {Outcome.PASSED.value, Outcome.FAILED.value, Outcome.FLAKY.value, Outcome.INCONCLUSIVE.value}


def _regressions(run: RunRecord, earlier: Sequence[RunRecord]) -> Iterable[str]:
    alike = [past for past in earlier if comparable(run, past)]
    times = [past.duration_s for past in alike if past.verdict == "go" and _same_scenarios(run, past)]
    if run.verdict == "go" and (normal := usual_if_worse(run.duration_s, times, TIME)) is not None:
        yield f"slower: the run took {span(run.duration_s)}, usually {span(normal)} (of {_count(times)})"
    for name, value in run.worst().items():
        scale = run.scales[name]
        values = [past.worst()[name] for past in alike if name in past.worst() and _measured_as_often(name, run, past)]
        if (normal := usual_if_worse(value, values, scale)) is not None:
            words = f"{amount(value, scale.unit)}, usually {amount(normal, scale.unit)}"
            yield f"worse: {name}: {words} (of {_count(values)})"


def _flaky(run: RunRecord, earlier: Sequence[RunRecord]) -> Iterable[str]:
    here = run.circumstances
    same = [past for past in earlier if _same_build(past.circumstances, here) and comparable(run, past)]
    for name, (code, outcomes) in flaky_scenarios([*same, run]).items():
        yield f"flaky: {name}: {counts_in_words(outcomes)}, at the same code ({code})"


def _same_build(one: Circumstances, other: Circumstances) -> bool:
    return (one.code, one.version) == (other.code, other.version)


def _cost(value: float, scale: Scale) -> float:
    """*value* as a cost: smaller is better."""
    if scale.bound != "at_least":
        return value
    return 100 - value if scale.unit == "%" else 1 / value if value else float("inf")


def _same_scenarios(one: RunRecord, other: RunRecord) -> bool:
    mine, theirs = ({record.name for record in run.scenarios.values()} for run in (one, other))
    return len(mine & theirs) >= MIN_OVERLAP * len(mine | theirs)


def _measured_as_often(figure: str, one: RunRecord, other: RunRecord) -> bool:
    """Only the same number of measurements is comparable: the worst of many is worse than the worst of a few."""
    mine, theirs = (sum(figure in record.figures for record in run.scenarios.values()) for run in (one, other))
    return mine == theirs


def _count(values: Sequence[float]) -> str:
    return f"the last {min(len(values), WINDOW_RUNS)} comparable runs"
