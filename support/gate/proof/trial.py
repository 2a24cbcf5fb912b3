"""What is tried, and what came of it. Pure: scenarios, variants and outcomes go in, trials and results come out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from support.gate.outcome import Outcome
from support.gate.selection import Selected

APART = {"load", "chaos"}  # too long to stand by


class Variant(Protocol):
    """A broken variant: `breaks` are all requirements whose scenarios may turn red by it, `story` says what is wrong."""

    @property
    def name(self) -> str: ...
    @property
    def story(self) -> str: ...
    @property
    def breaks(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Trial:
    """*own* scenarios are expected to notice the variant, *bystanders* not to; all by their ids."""

    name: str
    story: str
    breaks: tuple[str, ...]
    own: tuple[str, ...]
    bystanders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a trial. `red` are own scenarios that failed, `strays` bystanders that did; `doubts` say what is not known."""

    trial: Trial
    red: tuple[str, ...]
    strays: tuple[str, ...]
    doubts: tuple[str, ...]
    duration_s: float

    @property
    def killed(self) -> bool:
        return bool(self.red)

    @property
    def clear(self) -> bool:
        return self.killed and not self.strays and not self.doubts


def plan(scenarios: Sequence[Selected], variants: Iterable[Variant]) -> list[Trial]:
    """One trial for each variant that breaks a requirement of *scenarios*."""
    quick = [scenario for scenario in scenarios if scenario.requirements and not APART & set(scenario.tags)]
    trials = []
    for variant in variants:
        broken = set(variant.breaks)
        own = tuple(scenario.id for scenario in scenarios if broken & set(scenario.requirements))
        if own:
            trials.append(Trial(variant.name, variant.story, variant.breaks, own, _bystanders(quick, broken)))
    return trials


def _bystanders(scenarios: Iterable[Selected], broken: set[str]) -> tuple[str, ...]:
    """The first scenario of every requirement that is not broken."""
    chosen: dict[str, str] = {}
    for scenario in scenarios:
        if not broken & set(scenario.requirements):
            for requirement in scenario.requirements:
                chosen.setdefault(requirement, scenario.id)
    return tuple(dict.fromkeys(chosen.values()))


def find(trial: Trial, outcomes: Mapping[str, Outcome], troubles: Sequence[str], duration_s: float) -> Result:
    """*outcomes* by scenario; a scenario that is missing there was not run. *troubles* are those of the run as a whole."""
    failed = {name for name, outcome in outcomes.items() if outcome is Outcome.FAILED}
    known = {Outcome.FAILED, Outcome.PASSED, Outcome.NOT_APPLICABLE}
    # a broken system may well miss the fault that a scenario of its own is about; that is not green either
    expected = {**dict.fromkeys(trial.own, known | {Outcome.INCONCLUSIVE}), **dict.fromkeys(trial.bystanders, known)}
    undecided = [
        f"{name} was {outcomes.get(name, 'not run')}"
        for name, decided in expected.items()
        if outcomes.get(name) not in decided
    ]
    return Result(
        trial,
        red=tuple(name for name in trial.own if name in failed),
        strays=tuple(name for name in trial.bystanders if name in failed),
        doubts=(*troubles, *undecided),
        duration_s=duration_s,
    )


def unproven(scenarios: Iterable[Selected], results: Iterable[Result]) -> list[str]:
    """Requirements that no variant has turned red, sorted."""
    by_id = {scenario.id: set(scenario.requirements) for scenario in scenarios}
    asked = set().union(*by_id.values())
    proven: set[str] = set()
    for result in results:
        for name in result.red:
            proven |= by_id[name] & set(result.trial.breaks)
    return sorted(asked - proven)


def never_red(scenarios: Iterable[Selected], results: Iterable[Result]) -> list[str]:
    """Scenarios that no variant of their own requirements has turned red."""
    red = {name for result in results for name in result.red}
    return [scenario.id for scenario in scenarios if scenario.requirements and scenario.id not in red]
