"""The reasons for each verdict, the most serious first, under the policy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from support.gate.selection.policy import PATH, NoGoReason, Policy
from support.gate.verdict.findings import RequirementVerdict, ScenarioVerdict
from support.gate.verdict.outcome import Outcome
from support.gate.verdict.requirements import APART, PLANNED, UNCOVERED

SHOWN = 8


class Decision(Enum):
    """The word of a verdict and its exit status."""

    GO = ("go", 0)
    PART = ("part", 0)
    NO_GO = ("no-go", 1)
    UNKNOWN = ("unknown", 2)
    BROKEN = ("broken", 3)


@dataclass(frozen=True, slots=True)
class VerdictInput:
    """What the verdict is computed from. *whole*: every scenario of the suite was run."""

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
        """Requirements with this outcome that must pass by their severity, and are not excused."""
        return [
            one for one in self.requirements if one.outcome == outcome and self.must_pass(one) and not one.known_defect
        ]

    def must_pass(self, one: ScenarioVerdict | RequirementVerdict) -> bool:
        return one.severity in self.policy.must_pass


def reasons(given: VerdictInput) -> Iterator[tuple[Decision, str]]:
    """Each reason with its verdict; the last one is *go*."""
    yield from ((Decision.NO_GO, reason) for reason in _broken_promises(given))
    yield from ((Decision.BROKEN, reason) for reason in _harness_troubles(given))
    yield from ((Decision.UNKNOWN, reason) for reason in _open_questions(given))
    yield Decision.GO, _go_reason(given.scenarios, given.applying)


def _broken_promises(given: VerdictInput) -> Iterator[str]:
    broken = [one for one in given.scenarios if one.failed and given.must_pass(one)]
    if failed := [one for one in broken if one.outcome is Outcome.FAILED]:
        yield f"{_of(len(failed), given.applying)} broke a promise"
    if flaky := [one for one in broken if one.outcome is Outcome.FLAKY]:
        promise = "their promises" if len(flaky) > 1 else "its promise"
        yield f"{_of(len(flaky), given.applying)} kept {promise} only in some repeats"
    missed = [one for one in given.required(Outcome.FAILED.value) if one.missed_budgets]
    if missed and NoGoReason.MISSED_BUDGET in given.policy.no_go:
        yield f"a budget was missed: {_named(missed, with_reason=True)}"


def _harness_troubles(given: VerdictInput) -> Iterator[str]:
    yield from given.troubles
    if broken := given.having(Outcome.BROKEN):
        yield f"{_of(len(broken), given.applying)} could not be judged because the harness failed"
    if not given.applying:
        yield "nothing was judged: no selected scenario applies here"


def _open_questions(given: VerdictInput) -> Iterator[str]:
    open_ones = [one for one in given.having(Outcome.INCONCLUSIVE) if given.must_pass(one) and not one.known_defect]
    if open_ones:
        yield f"{_of(len(open_ones), given.applying)} {'was' if len(open_ones) == 1 else 'were'} inconclusive"
    yield from given.doubts
    absent, allowed = len(given.having(Outcome.NOT_APPLICABLE)), given.policy.not_applicable
    if allowed is not None and absent > allowed:
        yield f"{absent} scenarios do not apply here, and {PATH} allows {allowed}"
    inapplicable = given.required(Outcome.NOT_APPLICABLE.value)
    if inapplicable := [one for one in inapplicable if one.id not in given.policy.may_lack_proof]:
        yield f"no scenario that applies here proves {_named(inapplicable)}"
    if unproven := given.required(Outcome.INCONCLUSIVE.value):
        yield f"not proven: {_named(unproven, with_reason=True)}"
    if given.whole and (uncovered := given.required(UNCOVERED)):
        yield f"no scenario proves {_named(uncovered)}"


def requirement_counts(requirements: Sequence[RequirementVerdict], *, whole: bool) -> dict[str, int | bool]:
    """How many requirements were tested, how many are built, and how many more are planned."""
    built = [one for one in requirements if one.outcome != PLANNED]
    asked = [one for one in built if one.outcome not in APART and one.outcome != UNCOVERED]
    return {"requirements": len(asked), "of": len(built), "planned": len(requirements) - len(built), "whole": whole}


def _go_reason(scenarios: Sequence[ScenarioVerdict], applying: int) -> str:
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
    named = [f"{one.id} ({one.reason})" if with_reason else one.id for one in requirements[:SHOWN]]
    more = len(requirements) - SHOWN
    return ", ".join([*named, *([f"and {more} more"] if more > 0 else [])])
