"""What the history says of the last run: what became slower or worse, and which scenarios do not know what they want.

All of it are warnings. A verdict is made of this run alone.
"""

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from support.core.amounts import amount, span
from support.gate.history.runs import Past, Scale, comparable
from support.gate.verdict.outcome import Outcome

LOOKED_BACK = 20
NEEDED = 5
SPREADS = 3.0
SPREAD_OF_MAD = 1.4826  # a normal distribution's standard deviation, in median absolute deviations
SHARE = 0.25
ALIKE = 0.9
OF_BUDGET = 0.01
TIME = Scale("s")


def warnings(run: Past, earlier: Sequence[Past]) -> list[str]:
    """In sentences: regressions of the run's time and of its figures, and scenarios that are flaky at this very code."""
    return [*_regressions(run, earlier), *_flaky(run, earlier)]


def usual(value: float, past: Sequence[float], scale: Scale) -> float | None:
    """The usual value, where *value* is worse than that by more than noise; None where it is not, or too little is known.

    The rule: of the last 20 comparable runs, at least 5, take the median. Worse is what lies beyond it, to the bad side, by
    more than three spreads (the spread being 1.4826 times the median absolute deviation), by more than a quarter of it, and by
    more than a hundredth of the budget. Of a share in percent, what is missing to 100 is looked at.
    """
    recent = list(past)[-LOOKED_BACK:]
    if len(recent) < NEEDED:
        return None
    bad = [_badness(one, scale) for one in recent]
    middle = statistics.median(bad)
    spread = SPREAD_OF_MAD * statistics.median(abs(one - middle) for one in bad)
    floor = OF_BUDGET * abs(_badness(scale.budget, scale)) if scale.budget is not None else 0.0
    room = max(SPREADS * spread, SHARE * abs(middle), floor)
    return statistics.median(recent) if _badness(value, scale) > middle + room else None


def flaky(runs: Iterable[Past]) -> dict[str, tuple[str, Counter[str]]]:
    """Scenarios that passed and did not pass while neither the code nor the candidate nor the backend was another.

    By name: the code, and how often each outcome. A run that was broken off says nothing.
    """
    seen: dict[tuple[str, str, str, str], Counter[str]] = {}
    for run in runs:
        for trace in run.scenarios.values():
            if run.circumstances.code and trace.outcome in _SAYING:
                key = (run.circumstances.code, run.circumstances.candidate, run.backend, trace.name)
                seen.setdefault(key, Counter())[trace.outcome] += 1
    return {key[3]: (key[0], told) for key, told in seen.items() if Outcome.PASSED in told and len(told) > 1}


def in_words(outcomes: Mapping[str, int]) -> str:
    return ", ".join(f"{'once' if count == 1 else f'{count} times'} {outcome}" for outcome, count in outcomes.items())


_SAYING = {Outcome.PASSED.value, Outcome.FAILED.value, Outcome.FLAKY.value, Outcome.INCONCLUSIVE.value}


def _regressions(run: Past, earlier: Sequence[Past]) -> Iterable[str]:
    alike = [past for past in earlier if comparable(run, past)]
    times = [past.duration_s for past in alike if past.verdict == "go" and _asked_the_same(run, past)]
    if run.verdict == "go" and (normal := usual(run.duration_s, times, TIME)) is not None:
        yield f"slower: the run took {span(run.duration_s)}, usually {span(normal)} (of {_count(times)})"
    for name, value in run.worst().items():
        scale = run.scales[name]
        values = [past.worst()[name] for past in alike if name in past.worst() and _as_often(name, run, past)]
        if (normal := usual(value, values, scale)) is not None:
            words = f"{amount(value, scale.unit)}, usually {amount(normal, scale.unit)}"
            yield f"worse: {name}: {words} (of {_count(values)})"


def _flaky(run: Past, earlier: Sequence[Past]) -> Iterable[str]:
    here = run.circumstances
    same = [past for past in earlier if past.circumstances.code == here.code and comparable(run, past)]
    for name, (code, outcomes) in flaky([*same, run]).items():
        yield f"flaky: {name}: {in_words(outcomes)}, at the same code ({code})"


def _badness(value: float, scale: Scale) -> float:
    """*value* as something that is the better the smaller it is."""
    if scale.bound != "at_least":
        return value
    return 100 - value if scale.unit == "%" else 1 / value if value else float("inf")


def _asked_the_same(one: Past, other: Past) -> bool:
    mine, theirs = ({trace.name for trace in run.scenarios.values()} for run in (one, other))
    return len(mine & theirs) >= ALIKE * len(mine | theirs)


def _as_often(figure: str, one: Past, other: Past) -> bool:
    """The worst of many is worse than the worst of a few."""
    mine, theirs = (sum(figure in trace.figures for trace in run.scenarios.values()) for run in (one, other))
    return mine == theirs


def _count(values: Sequence[float]) -> str:
    return f"the last {min(len(values), LOOKED_BACK)} comparable runs"
