"""What speaks for which verdict, the weightiest first, on the terms of the policy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from support.gate.selection.policy import PATH, NoGoReason, Policy
from support.gate.verdict.findings import RequirementVerdict, ScenarioVerdict
from support.gate.verdict.outcome import Outcome
from support.gate.verdict.requirements import APART, PLANNED, UNCOVERED

SHOWN = 8


class Word(Enum):
    """The verdict's word and the exit code that goes with it."""

    GO = ("go", 0)
    PART = ("part", 0)
    NO_GO = ("no-go", 1)
    UNKNOWN = ("unknown", 2)
    BROKEN = ("broken", 3)


@dataclass(frozen=True, slots=True)
class Case:
    """All that a verdict is reached on. *whole*: no scenario of all was left out."""

    scenarios: Sequence[ScenarioVerdict]
    requirements: Sequence[RequirementVerdict]
    troubles: Sequence[str]
    doubts: Sequence[str]
    policy: Policy
    whole: bool

    def having(self, outcome: Outcome) -> list[ScenarioVerdict]:
        return [one for one in self.scenarios if one.outcome is outcome]

    @property
    def applying(self) -> int:
        return len(self.scenarios) - len(self.having(Outcome.NOT_APPLICABLE))

    def required(self, outcome: str) -> list[RequirementVerdict]:
        """Requirements that must pass by their severity, and are not excused."""
        return [
            one for one in self.requirements if one.outcome == outcome and self.weighs(one) and not one.known_defect
        ]

    def weighs(self, one: ScenarioVerdict | RequirementVerdict) -> bool:
        return one.severity in self.policy.must_pass


def grounds(case: Case) -> Iterator[tuple[Word, str]]:
    """The last ground is that nothing speaks against going."""
    yield from ((Word.NO_GO, reason) for reason in _broken_promises(case))
    yield from ((Word.BROKEN, reason) for reason in _troubles_of_our_own(case))
    yield from ((Word.UNKNOWN, reason) for reason in _open_questions(case))
    yield Word.GO, _praise(case.scenarios, case.applying)


def _broken_promises(case: Case) -> Iterator[str]:
    broken = [one for one in case.scenarios if one.failed and case.weighs(one)]
    if failed := [one for one in broken if one.outcome is Outcome.FAILED]:
        yield f"{_of(len(failed), case.applying)} broke a promise"
    if flaky := [one for one in broken if one.outcome is Outcome.FLAKY]:
        promise = "their promises" if len(flaky) > 1 else "its promise"
        yield f"{_of(len(flaky), case.applying)} kept {promise} only now and then"
    missed = [one for one in case.required(Outcome.FAILED.value) if one.missed_budgets]
    if missed and NoGoReason.MISSED_BUDGET in case.policy.no_go:
        yield f"a budget was missed: {_named(missed, with_reason=True)}"


def _troubles_of_our_own(case: Case) -> Iterator[str]:
    yield from case.troubles
    if broken := case.having(Outcome.BROKEN):
        yield f"{_of(len(broken), case.applying)} could not be judged, for reasons of our own"
    if not case.applying:
        yield "nothing was judged: no selected scenario applies here"


def _open_questions(case: Case) -> Iterator[str]:
    if inconclusive := [one for one in case.having(Outcome.INCONCLUSIVE) if case.weighs(one)]:
        yield f"{_of(len(inconclusive), case.applying)} gave no answer"
    yield from case.doubts
    absent, allowed = len(case.having(Outcome.NOT_APPLICABLE)), case.policy.not_applicable
    if allowed is not None and absent > allowed:
        yield f"{absent} scenarios do not apply here, and {PATH} allows {allowed}"
    if unasked := case.required(Outcome.NOT_APPLICABLE.value):
        yield f"nothing applicable was asked of {_named(unasked)}"
    if unproven := case.required(Outcome.INCONCLUSIVE.value):
        yield f"not proven: {_named(unproven, with_reason=True)}"
    if case.whole and (uncovered := case.required(UNCOVERED)):
        yield f"no scenario asks for {_named(uncovered)}"


def counted(requirements: Sequence[RequirementVerdict], *, whole: bool) -> dict[str, int | bool]:
    """How many requirements were asked, of how many that are built, and how many more are planned."""
    built = [one for one in requirements if one.outcome != PLANNED]
    asked = [one for one in built if one.outcome not in APART and one.outcome != UNCOVERED]
    return {"requirements": len(asked), "of": len(built), "planned": len(requirements) - len(built), "whole": whole}


def _praise(scenarios: Sequence[ScenarioVerdict], applying: int) -> str:
    kept = sum(one.outcome is Outcome.PASSED for one in scenarios)
    known = sum(one.known_defect is not None for one in scenarios)
    let_pass = applying - kept - known
    excuses = [
        *([f"{known} failed by a known defect"] if known else []),
        *([f"{let_pass} did not, which the policy lets pass"] if let_pass else []),
    ]
    return ", ".join([f"{_of(kept, applying)} kept {'their promises' if applying > 1 else 'its promise'}", *excuses])


def _of(some: int, everything: int) -> str:
    if everything == 1 and some:
        return "the only scenario"
    return f"all {everything} scenarios" if some == everything else f"{some} of {everything} scenarios"


def _named(requirements: Sequence[RequirementVerdict], *, with_reason: bool = False) -> str:
    told = [f"{one.id} ({one.reason})" if with_reason else one.id for one in requirements[:SHOWN]]
    more = len(requirements) - SHOWN
    return ", ".join([*told, *([f"and {more} more"] if more > 0 else [])])
