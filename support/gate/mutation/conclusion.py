"""What the trials have shown, and what they have not."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from support.core.amounts import span
from support.gate.mutation.trial import Result, never_red, unproven
from support.gate.output.terminal import Paint
from support.gate.selection.scenarios import Selected
from support.gate.verdict.outcome import Outcome

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Conclusion:
    """`open_ends`: what speaks against a proof, by heading; `never_red`: scenarios that no variant has turned red."""

    results: tuple[Result, ...]
    open_ends: dict[str, list[str]]
    never_red: list[str]

    @property
    def proven(self) -> bool:
        return not any(self.open_ends.values())

    def as_json(self) -> dict[str, Any]:
        return {
            "proven": self.proven,
            "open_ends": self.open_ends,
            "never_red": self.never_red,
            "results": [asdict(result) for result in self.results],
        }

    def listed(self) -> dict[str, list[str]]:
        """All that is not shown, by heading."""
        return {**self.open_ends, "scenarios never seen red": self.never_red}

    def told(self, paint: Paint) -> str:
        word = paint.outcome(Outcome.PASSED, " PROVEN ") if self.proven else paint.outcome(Outcome.FAILED, " UNPROVEN ")
        noticed = sum(result.killed for result in self.results)
        return "\n".join([f"\n{word} {noticed} of {len(self.results)} variants noticed\n", *self._listed()])

    def _listed(self) -> Iterator[str]:
        for heading, names in self.listed().items():
            if names:
                yield f"  {heading}: {len(names)}"
                yield from (f"    {name}" for name in names)


def conclude(asked: Sequence[Selected], results: Sequence[Result], *, whole: bool) -> Conclusion:
    """*whole*: all variants were tried, so that what no variant turned red is unproven."""
    open_ends = {
        "variants that nobody noticed": [one.trial.name for one in results if not one.killed],
        "variants that others noticed too": [
            f"{one.trial.name}: {', '.join(one.strays)}" for one in results if one.strays
        ],
        "trials in doubt": [f"{one.trial.name}: {'; '.join(one.doubts)}" for one in results if one.doubts],
        "requirements unproven, as no variant turned them red": unproven(asked, results) if whole else [],
    }
    return Conclusion(tuple(results), open_ends, never_red(asked, results) if whole else [])


def line(result: Result, paint: Paint) -> str:
    """One trial in the terminal; oddities below it."""
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
