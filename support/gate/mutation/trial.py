"""What is tried, and what came of it. Pure: scenarios, variants and outcomes go in, trials and results come out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from support.gate.selection.scenarios import Selected
from support.gate.verdict.outcome import Outcome
from support.systems.protocol import Variant

APART = {"load", "chaos"}  # too long to stand by
QUICK_S = 1.0


@dataclass(frozen=True, slots=True)
class Trial:
    """*own* scenarios are expected to notice the variant, *bystanders* not to; all by their ids. *seconds*: on the sound system."""

    name: str
    story: str
    breaks: tuple[str, ...]
    own: tuple[str, ...]
    bystanders: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a trial. `red` are own scenarios that failed, `strays` bystanders that did; `doubts` say what is not known.

    `undecided` were inconclusive: a broken system may well miss the fault that an own scenario is about; on a busy machine that
    also happens to bystanders, and to what is measured.
    """

    trial: Trial
    red: tuple[str, ...]
    strays: tuple[str, ...]
    undecided: tuple[str, ...]
    doubts: tuple[str, ...]
    duration_s: float

    @property
    def killed(self) -> bool:
        return bool(self.red)

    @property
    def unasked(self) -> bool:
        """Whether a question on which the result hangs was not really put."""
        return bool(set(self.undecided) - set(self.trial.own if self.killed else ()))

    @property
    def clear(self) -> bool:
        return self.killed and not self.strays and not self.doubts


def plan(
    scenarios: Sequence[Selected],
    variants: Iterable[Variant],
    seconds: Mapping[str, float],
    places: Collection[str] = (),
) -> list[Trial]:
    """One trial for each variant that breaks a requirement of *scenarios*, which take *seconds* each, by their ids.

    *places* are the tags of places in a system, beyond which a variant has no effect.
    """
    standing_by = [scenario for scenario in scenarios if not APART & set(scenario.tags)]
    quickest_first = sorted(standing_by, key=lambda scenario: seconds[scenario.id])
    trials = []
    for turn, variant in enumerate(variants):
        broken = set(variant.breaks)
        own = tuple(scenario.id for scenario in scenarios if broken & set(scenario.requirements))
        if own:
            reached = {place for one in scenarios if one.id in own for place in _places(one, places)}
            near = [one for one in quickest_first if _places(one, places) <= reached]
            bystanders = _bystanders(near, broken | set(variant.spills), seconds, turn)
            expected = sum(seconds[name] for name in (*own, *bystanders))
            trials.append(Trial(variant.name, variant.story, variant.breaks, own, bystanders, expected))
    return trials


def _places(scenario: Selected, places: Collection[str]) -> set[str]:
    """Its system, and the places in it that it needs."""
    return {scenario.id.partition("/")[0], *(tag for tag in scenario.tags if tag in places)}


def _bystanders(
    quickest_first: Iterable[Selected], touched: set[str], seconds: Mapping[str, float], turn: int
) -> tuple[str, ...]:
    """The quickest scenario of every requirement that is not touched; of those that take long, one, by turns."""
    chosen: dict[str, str] = {}
    for scenario in quickest_first:
        if not touched & set(scenario.requirements):
            for requirement in scenario.requirements:
                chosen.setdefault(requirement, scenario.id)
    quick = [name for name in chosen.values() if seconds[name] <= QUICK_S]
    long = [name for _, name in sorted(chosen.items()) if seconds[name] > QUICK_S]
    return tuple(dict.fromkeys([*quick, *([long[turn % len(long)]] if long else [])]))


def find(trial: Trial, outcomes: Mapping[str, Outcome], troubles: Sequence[str], duration_s: float) -> Result:
    """*outcomes* by scenario; a scenario that is missing there was not run. *troubles* are those of the run as a whole."""
    failed = {name for name, outcome in outcomes.items() if outcome is Outcome.FAILED}
    asked = (*trial.own, *trial.bystanders)
    known = {Outcome.FAILED, Outcome.PASSED, Outcome.NOT_APPLICABLE}
    unknown = [
        f"{name} was {outcomes.get(name, 'not run')}"
        for name in asked
        if outcomes.get(name) not in (known | {Outcome.INCONCLUSIVE} if name in trial.own else known)
    ]
    return Result(
        trial,
        red=tuple(name for name in trial.own if name in failed),
        strays=tuple(name for name in trial.bystanders if name in failed),
        undecided=tuple(name for name in asked if outcomes.get(name) is Outcome.INCONCLUSIVE),
        doubts=(*troubles, *unknown),
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
    """Scenarios that no variant of their own requirements has turned red, each with its name."""
    red = {name for result in results for name in result.red}
    silent = [scenario for scenario in scenarios if scenario.requirements and scenario.id not in red]
    return [f"{scenario.id} {scenario.name}" for scenario in silent]
