"""What the trials have proven, and what they have not."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from support.core.amounts import span
from support.gate.mutation.trial import TrialResult, never_red, unproven_requirements
from support.gate.output.terminal import Paint
from support.gate.selection.scenarios import Selected
from support.gate.verdict.outcome import Outcome

SHOWN = 10


@dataclass(frozen=True, slots=True)
class KillMatrix:
    """*gaps*: what is not proven, by heading; *never_red*: scenarios that failed on no variant."""

    results: tuple[TrialResult, ...]
    gaps: dict[str, list[str]]
    never_red: list[str]

    @property
    def proven(self) -> bool:
        return not any(self.gaps.values())

    def as_json(self) -> dict[str, Any]:
        return {
            "proven": self.proven,
            "open_ends": self.gaps,
            "never_red": self.never_red,
            "results": [asdict(result) for result in self.results],
        }

    def by_heading(self) -> dict[str, list[str]]:
        """All that is missing, by heading; the scenarios that never failed do not make it unproven."""
        return {**self.gaps, "scenarios never seen red": self.never_red}

    def summary(self, paint: Paint) -> str:
        word = paint.outcome(Outcome.PASSED, " PROVEN ") if self.proven else paint.outcome(Outcome.FAILED, " UNPROVEN ")
        noticed = sum(result.killed for result in self.results)
        return "\n".join([f"\n{word} {noticed} of {len(self.results)} variants noticed\n", *self._listed()])

    def _listed(self) -> Iterator[str]:
        for heading, names in self.by_heading().items():
            if names:
                yield f"  {heading}: {len(names)}"
                yield from (f"    {name}" for name in names)


def kill_matrix(scenarios: Sequence[Selected], results: Sequence[TrialResult], *, whole: bool) -> KillMatrix:
    """*whole*: all variants were tried, so that a requirement that none of them turned red is unproven."""
    gaps = {
        "variants that no scenario noticed": [one.trial.name for one in results if not one.killed],
        "variants that other scenarios noticed too": [
            f"{one.trial.name}: {', '.join(one.strays)}" for one in results if one.strays
        ],
        "trials in doubt": [f"{one.trial.name}: {'; '.join(one.doubts)}" for one in results if one.doubts],
        "requirements unproven, as no variant turned them red": unproven_requirements(scenarios, results)
        if whole
        else [],
    }
    return KillMatrix(tuple(results), gaps, never_red(scenarios, results) if whole else [])


def trial_line(result: TrialResult, paint: Paint) -> str:
    """One trial in the terminal, with what is odd about it on the lines below."""
    if result.clear:
        word = paint.outcome(Outcome.PASSED, "noticed")
    elif result.killed:
        word = paint.outcome(Outcome.INCONCLUSIVE, "NOTICED, BUT")
    else:
        word = paint.outcome(Outcome.FAILED, "UNNOTICED")
    count = f"{len(result.red)} of {len(result.trial.own)} red"
    if result.undecided:
        count += f", {len(result.undecided)} inconclusive"
    oddities = [*(f"{name} failed as well" for name in result.strays), *result.doubts]
    return "\n".join(
        [
            f"{word}  {result.trial.name} ({', '.join(result.trial.breaks)}): {count}, {span(result.duration_s)}",
            *(f"        {oddity}" for oddity in oddities[:SHOWN]),
        ]
    )
