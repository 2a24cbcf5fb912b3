"""What the trials have proven, and what they have not."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from support.core.amounts import span
from support.gate.mutation.clause_results import ClauseResult, clause_lines
from support.gate.mutation.trial import TrialResult, never_red, unproven_requirements
from support.gate.output.terminal import Paint
from support.gate.selection.scenarios import Selected
from support.gate.verdict.outcome import Outcome

SHOWN = 10


@dataclass(frozen=True, slots=True)
class KillMatrix:
    """*gaps*: what is not proven, by heading; *never_red*: scenarios that failed on no variant; *clauses*: those tried."""

    results: tuple[TrialResult, ...]
    gaps: dict[str, list[str]]
    never_red: list[str]
    clauses: list[ClauseResult] = field(default_factory=list)

    @property
    def mistakes(self) -> list[TrialResult]:
        return [one for one in self.results if not one.trial.control]

    @property
    def proven(self) -> bool:
        return not any(self.gaps.values())

    def as_json(self) -> dict[str, Any]:
        return {
            "proven": self.proven,
            "open_ends": self.gaps,
            "never_red": self.never_red,
            "clauses": [asdict(one) for one in self.clauses],
            "results": [asdict(result) for result in self.results],
        }

    def by_heading(self) -> dict[str, list[str]]:
        """All that is missing, by heading; the scenarios that never failed do not make it unproven."""
        return {**self.gaps, "scenarios never seen red": self.never_red}

    def summary(self, paint: Paint) -> str:
        word = paint.outcome(Outcome.PASSED, " PROVEN ") if self.proven else paint.outcome(Outcome.FAILED, " UNPROVEN ")
        noticed = sum(result.killed for result in self.mistakes)
        counts = f"{noticed} of {len(self.mistakes)} variants noticed"
        if controls := [one for one in self.results if one.trial.control]:
            counts += f", {sum(one.clear for one in controls)} of {len(controls)} controls green"
        if self.clauses:
            counts += f", {sum(one.proven for one in self.clauses)} of {len(self.clauses)} clauses proven"
        return "\n".join([*clause_lines(self.clauses, paint), f"\n{word} {counts}\n", *self._listed()])

    def _listed(self) -> Iterator[str]:
        for heading, names in self.by_heading().items():
            if names:
                yield f"  {heading}: {len(names)}"
                yield from (f"    {name}" for name in names)


def kill_matrix(
    scenarios: Sequence[Selected],
    results: Sequence[TrialResult],
    *,
    whole: bool,
    clauses: Sequence[ClauseResult] = (),
    complaints: Sequence[str] = (),
) -> KillMatrix:
    """*whole*: all variants were tried, so that a requirement that none of them turned red is unproven.

    *complaints* are about the tables of clauses.
    """
    unnoticed = [one for one in results if not one.trial.control and not one.killed]
    gaps = {
        "variants that no scenario noticed": [one.trial.name for one in unnoticed if not one.by_a_margin],
        "variants that were noticed by a margin only, which is chance": [
            f"{one.trial.name}: {', '.join(one.by_a_margin)}" for one in unnoticed if one.by_a_margin
        ],
        "variants that other scenarios noticed too": [
            f"{one.trial.name}: {', '.join(one.strays)}" for one in results if one.strays and not one.trial.control
        ],
        "controls that were taken for a mistake": [
            f"{one.trial.name}: {', '.join(one.strays)}" for one in results if one.strays and one.trial.control
        ],
        "trials in doubt": [f"{one.trial.name}: {'; '.join(one.doubts)}" for one in results if one.doubts],
        "requirements unproven, as no variant turned them red": unproven_requirements(scenarios, results)
        if whole
        else [],
        "clauses unproven": [str(one) for one in clauses if not one.proven],
        "mistakes in the tables of clauses": list(complaints),
    }
    return KillMatrix(tuple(results), gaps, never_red(scenarios, results) if whole else [], list(clauses))


def trial_line(result: TrialResult, paint: Paint) -> str:
    """One trial in the terminal, with what is odd about it on the lines below."""
    if result.clear:
        word = paint.outcome(Outcome.PASSED, "green" if result.trial.control else "noticed")
    elif result.trial.control:
        word = paint.outcome(Outcome.FAILED, "NOT GREEN")
    elif result.by_a_margin and not result.killed:
        word = paint.outcome(Outcome.FAILED, "BY A MARGIN")
    elif result.killed:
        word = paint.outcome(Outcome.INCONCLUSIVE, "NOTICED, BUT")
    else:
        word = paint.outcome(Outcome.FAILED, "UNNOTICED")
    count = f"{len(result.red)} of {len(result.trial.own)} red"
    if result.trial.control:
        count = f"{len(result.strays)} of {len(result.trial.bystanders)} red"
    if result.by_a_margin:
        count += f", {len(result.by_a_margin)} by a margin"
    if result.undecided:
        count += f", {len(result.undecided)} inconclusive"
    oddities = [*(f"{name} failed as well" for name in result.strays), *result.doubts]
    return "\n".join(
        [
            f"{word}  {result.trial.name} ({', '.join(result.trial.breaks)}): {count}, {span(result.duration_s)}",
            *(f"        {oddity}" for oddity in oddities[:SHOWN]),
        ]
    )
