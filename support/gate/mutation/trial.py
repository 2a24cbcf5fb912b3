"""Which scenarios a broken variant is judged by, and what the outcomes mean. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from support.gate.selection.clauses import is_step
from support.gate.selection.scenarios import Selected
from support.gate.verdict.outcome import Outcome
from support.systems.protocol import Variant

NO_BYSTANDERS = {"load", "chaos"}  # tags of scenarios that take too long
QUICK_S = 1.0
SEVERAL = 8  # bystanders of one trial; over all trials everyone stands by
TWICE = 2  # scenarios that are tried first for each step at which a variant has to fail
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
class Expected:
    """A failure at one of the steps *thens*, by a scenario of the requirement in *heading* if that is one."""

    heading: str
    thens: tuple[str, ...]

    def having(self, scenarios: Sequence[Selected], steps: Mapping[str, Collection[str]]) -> Iterator[list[Selected]]:
        """For each step the *scenarios* that have it, by *steps*."""
        about = [one for one in scenarios if self.heading in one.requirements] or scenarios
        for then in self.thens:
            yield [one for one in about if any(is_step(then, step) for step in steps.get(one.id, ()))]

    def shown(self, failed_at: Collection[str]) -> bool:
        return any(is_step(then, step) for then in self.thens for step in failed_at)


@dataclass(frozen=True, slots=True)
class Trial:
    """*own* scenarios are expected to fail on the variant, *bystanders* not to; all by id. On a *control* none is expected to fail.

    *seconds* is how long they take on the unchanged system. *measured* are the own scenarios that need a quiet machine.
    *first* are those of its own that have to be tried: the others only if these do not show all that is *expected*.
    """

    name: str
    story: str
    breaks: tuple[str, ...]
    own: tuple[str, ...]
    bystanders: tuple[str, ...]
    seconds: float
    measured: tuple[str, ...] = ()
    control: bool = False
    first: tuple[str, ...] = ()
    expected: tuple[Expected, ...] = ()

    @property
    def quick(self) -> "Trial":
        """The trial of the *first* scenarios alone."""
        measured = tuple(name for name in self.measured if name in self.first)
        return replace(self, own=self.first, measured=measured) if self.first else self


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
    def shows_all(self) -> bool:
        """Whether the trial of more scenarios could not show more."""
        return self.killed and all(one.shown(self.failed_at) for one in self.trial.expected)

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
    expected: Mapping[str, Sequence[Expected]] = MappingProxyType({}),
    steps: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> list[Trial]:
    """One trial for each variant that breaks a requirement of *scenarios*, which take *seconds* each, by id.

    *places* are tags of scenarios about one part of a system; a variant has no effect on the other parts. On a control all of the
    scenarios that it touches are bystanders. *expected* is what each variant has to show: scenarios with such a step, by *steps*,
    are tried first.
    """
    tried: Counter[str] = Counter()
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
            shown = tuple(expected.get(variant.name, ()))
            first = () if variant.control else _first(own, shown, steps, seconds, tried)
            expected_s = sum(seconds[name] for name in (*(first or names), *bystanders))
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
                    first=first,
                    expected=shown,
                )
            )
    return trials


def _first(
    own: Sequence[Selected],
    expected: Iterable[Expected],
    steps: Mapping[str, Collection[str]],
    seconds: Mapping[str, float],
    tried: Counter[str],
) -> tuple[str, ...]:
    """For each step at which a failure is *expected*, those of its *own* that were *tried* least until now, then the quickest."""
    by_turns = sorted(own, key=lambda scenario: (tried[scenario.id], seconds[scenario.id]))
    found = (having[:TWICE] for one in expected for having in one.having(by_turns, steps))
    chosen = dict.fromkeys(scenario.id for having in found for scenario in having)
    tried.update(tuple(chosen))
    return tuple(chosen)


def _places(scenario: Selected, places: Collection[str]) -> set[str]:
    """The system that *scenario* is about, and its places in it."""
    return {scenario.id.partition("/")[0], *(tag for tag in scenario.tags if tag in places)}


def _bystanders(
    quickest_first: Iterable[Selected], affected: set[str], seconds: Mapping[str, float], number: int
) -> tuple[str, ...]:
    """The quickest scenarios of several requirements that are not *affected*, and one that is slow; which depends on *number*."""
    chosen: dict[str, str] = {}
    for scenario in quickest_first:
        if not affected & set(scenario.requirements):
            for requirement in scenario.requirements:
                chosen.setdefault(requirement, scenario.id)
    quick = [name for name in chosen.values() if seconds[name] <= QUICK_S]
    slow = [name for _, name in sorted(chosen.items()) if seconds[name] > QUICK_S]
    begin = number * SEVERAL % max(len(quick), 1)
    by_turns = [*quick[begin:], *quick[:begin]][:SEVERAL]
    return tuple(dict.fromkeys([*by_turns, *([slow[number % len(slow)]] if slow else [])]))


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


def never_red(scenarios: Iterable[Selected], results: Sequence[TrialResult]) -> list[str]:
    """Scenarios that failed on no variant of their own requirements although they were tried, each with its name."""
    red = {name for result in results for name in result.red}
    tried = {name for result in results for name in result.trial.own}
    return [f"{one.id} {one.name}" for one in scenarios if one.id in tried - red]
