"""Which scenarios a broken variant is judged by, and what the outcomes mean. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from support.gate.selection.scenarios import Selected
from support.gate.verdict.outcome import Outcome
from support.systems.protocol import Variant

NO_BYSTANDERS = {"load", "chaos"}  # tags of scenarios that take too long
QUICK_S = 1.0
MARGIN = 1.25  # a figure that is beyond its bound by less could be within it next time


@dataclass(frozen=True, slots=True)
class Failure:
    """The *step* at which a scenario failed; *missed_times*: how many times a figure missed its bound there, None without one."""

    step: str
    missed_times: float | None = None

    @property
    def by_a_margin(self) -> bool:
        return self.missed_times is not None and self.missed_times < MARGIN


@dataclass(frozen=True, slots=True)
class Trial:
    """*own* scenarios are expected to fail on the variant, *bystanders* not to; all by id. On a *control* none is expected to fail.

    *seconds* is how long they take on the unchanged system. *measured* are the own scenarios that need a quiet machine.
    """

    name: str
    story: str
    breaks: tuple[str, ...]
    own: tuple[str, ...]
    bystanders: tuple[str, ...]
    seconds: float
    measured: tuple[str, ...] = ()
    control: bool = False


@dataclass(frozen=True, slots=True)
class TrialResult:
    """*red* are own scenarios that failed, *strays* are bystanders that failed; *doubts* say what is not known.

    *undecided* were inconclusive: on a broken system the fault that an own scenario is about may not be felt; on a busy machine
    bystanders and measurements can be inconclusive too. *by_a_margin* are own scenarios that failed because a figure was just
    beyond its bound: that is no detection. *failed_at* are the steps at which the *red* ones failed.
    """

    trial: Trial
    red: tuple[str, ...]
    strays: tuple[str, ...]
    undecided: tuple[str, ...]
    doubts: tuple[str, ...]
    duration_s: float
    by_a_margin: tuple[str, ...] = ()
    failed_at: tuple[str, ...] = ()

    @property
    def killed(self) -> bool:
        return bool(self.red)

    @property
    def needs_retry(self) -> bool:
        """Whether the result depends on a scenario that was inconclusive, or a measurement was: other trials loaded the machine."""
        settled = set(self.trial.own) - set(self.trial.measured) if self.killed else set()
        return bool(set(self.undecided) - settled)

    @property
    def clear(self) -> bool:
        return self.killed is not self.trial.control and not self.strays and not self.doubts


def plan_trials(
    scenarios: Sequence[Selected],
    variants: Iterable[Variant],
    seconds: Mapping[str, float],
    places: Collection[str] = (),
) -> list[Trial]:
    """One trial for each variant that breaks a requirement of *scenarios*, which take *seconds* each, by id.

    *places* are tags of scenarios about one part of a system; a variant has no effect on the other parts. On a control all of the
    scenarios that it touches are bystanders.
    """
    candidates = [scenario for scenario in scenarios if not NO_BYSTANDERS & set(scenario.tags)]
    quickest_first = sorted(candidates, key=lambda scenario: seconds[scenario.id])
    trials = []
    for number, variant in enumerate(variants):
        broken = set(variant.breaks)
        own = [scenario for scenario in scenarios if broken & set(scenario.requirements)]
        if own:
            affected = {place for scenario in own for place in _places(scenario, places)}
            near = [scenario for scenario in quickest_first if _places(scenario, places) <= affected]
            bystanders = _bystanders(near, broken | set(variant.spills), seconds, number)
            names = tuple(scenario.id for scenario in own)
            expected_s = sum(seconds[name] for name in (*names, *bystanders))
            measured = tuple(scenario.id for scenario in own if "load" in scenario.tags)
            if variant.control:
                names, bystanders, measured = (), tuple(dict.fromkeys((*names, *bystanders))), ()
            trials.append(
                Trial(
                    variant.name,
                    variant.story,
                    variant.breaks,
                    names,
                    bystanders,
                    expected_s,
                    measured,
                    control=variant.control,
                )
            )
    return trials


def _places(scenario: Selected, places: Collection[str]) -> set[str]:
    """The system that *scenario* is about, and its places in it."""
    return {scenario.id.partition("/")[0], *(tag for tag in scenario.tags if tag in places)}


def _bystanders(
    quickest_first: Iterable[Selected], affected: set[str], seconds: Mapping[str, float], number: int
) -> tuple[str, ...]:
    """The quickest scenario of every requirement that is not *affected*; of the slow ones only one, which depends on *number*."""
    chosen: dict[str, str] = {}
    for scenario in quickest_first:
        if not affected & set(scenario.requirements):
            for requirement in scenario.requirements:
                chosen.setdefault(requirement, scenario.id)
    quick = [name for name in chosen.values() if seconds[name] <= QUICK_S]
    slow = [name for _, name in sorted(chosen.items()) if seconds[name] > QUICK_S]
    return tuple(dict.fromkeys([*quick, *([slow[number % len(slow)]] if slow else [])]))


def evaluate_trial(
    trial: Trial,
    outcomes: Mapping[str, Outcome],
    troubles: Sequence[str],
    duration_s: float,
    failures: Mapping[str, Failure] = MappingProxyType({}),
) -> TrialResult:
    """*outcomes* and *failures* by scenario; one without an outcome was not run. *troubles* are those of the run as a whole."""
    failed = {name for name, outcome in outcomes.items() if outcome is Outcome.FAILED}
    scenarios = (*trial.own, *trial.bystanders)
    known = {Outcome.FAILED, Outcome.PASSED, Outcome.NOT_APPLICABLE}
    unknown = [
        f"{name} was {outcomes.get(name, 'not run')}"
        for name in scenarios
        if outcomes.get(name) not in (known | {Outcome.INCONCLUSIVE} if name in trial.own else known)
    ]
    narrow = {name for name, failure in failures.items() if failure.by_a_margin}
    red = tuple(name for name in trial.own if name in failed - narrow)
    return TrialResult(
        trial,
        red=red,
        strays=tuple(name for name in trial.bystanders if name in failed),
        undecided=tuple(name for name in scenarios if outcomes.get(name) is Outcome.INCONCLUSIVE),
        doubts=(*troubles, *unknown),
        duration_s=duration_s,
        by_a_margin=tuple(name for name in trial.own if name in failed & narrow),
        failed_at=tuple(dict.fromkeys(failures[name].step for name in red if name in failures)),
    )


def unproven_requirements(scenarios: Iterable[Selected], results: Iterable[TrialResult]) -> list[str]:
    """Requirements of which no scenario failed on any variant that breaks them, sorted."""
    by_id = {scenario.id: set(scenario.requirements) for scenario in scenarios}
    required = set().union(*by_id.values())
    proven: set[str] = set()
    for result in results:
        for name in result.red:
            proven |= by_id[name] & set(result.trial.breaks)
    return sorted(required - proven)


def never_red(scenarios: Iterable[Selected], results: Iterable[TrialResult]) -> list[str]:
    """Scenarios that failed on no variant of their own requirements, each with its name."""
    red = {name for result in results for name in result.red}
    green = [scenario for scenario in scenarios if scenario.requirements and scenario.id not in red]
    return [f"{scenario.id} {scenario.name}" for scenario in green]
