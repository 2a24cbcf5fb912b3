"""For each clause, whether its variants were noticed at its `Then`: the step at which a scenario failed is that step."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from support.gate.mutation.trial import Expected, TrialResult
from support.gate.output.terminal import Paint
from support.gate.selection.clauses import Clause, is_step
from support.gate.verdict.outcome import Outcome


@dataclass(frozen=True, slots=True)
class ClauseResult:
    """*missing*: in sentences, what the trials have not shown of it."""

    clause: Clause
    missing: tuple[str, ...]

    @property
    def proven(self) -> bool:
        return not self.missing

    def __str__(self) -> str:
        return f"{self.clause.heading}: {self.clause.text} ({'; '.join(self.missing)})"


def clause_results(clauses: Iterable[Clause], results: Sequence[TrialResult], *, whole: bool) -> list[ClauseResult]:
    """Of all *clauses*; if not *whole*, of those alone that name a variant which was tried, and judged by those variants."""
    failed_at = {one.trial.name: one.failed_at for one in results}
    judged = [clause for clause in clauses if whole or set(clause.variants) & set(failed_at)]
    return [ClauseResult(clause, tuple(_missing(clause, failed_at, whole=whole))) for clause in judged]


def looked_at(clauses: Iterable[Clause], steps: Collection[str]) -> list[Clause]:
    """The *clauses* of which a `Then` is one of these *steps*."""
    return [clause for clause in clauses if any(_failed(then, steps) for then in clause.thens)]


def expected_failures(clauses: Iterable[Clause]) -> dict[str, list[Expected]]:
    """What each variant has to show: a failure for each clause that names it."""
    expected: dict[str, list[Expected]] = {}
    for clause in clauses:
        for name in clause.variants:
            expected.setdefault(name, []).append(Expected(clause.heading, clause.thens))
    return expected


def _missing(clause: Clause, failed_at: Mapping[str, Sequence[str]], *, whole: bool) -> Iterator[str]:
    if clause.gap:
        yield f"open gap: {clause.gap}"
    elif not (clause.thens and clause.variants):
        yield "no Then" if not clause.thens else "no variant"
    for name in clause.variants:
        if name not in failed_at:
            if whole:
                yield f"{name} was not tried"
        elif not any(_failed(then, failed_at[name]) for then in clause.thens):
            yield f"{name} was not noticed at this step"
    reached = [step for name in clause.variants for step in failed_at.get(name, ())]
    if len(clause.thens) > 1 and set(clause.variants) <= set(failed_at):
        yield from (f"no variant failed at {then!r}" for then in clause.thens if not _failed(then, reached))


def _failed(then: str, steps: Iterable[str]) -> bool:
    return any(is_step(then, step) for step in steps)


def clause_lines(results: Sequence[ClauseResult], paint: Paint) -> Iterator[str]:
    """The table in the terminal: the clause, the steps that look at it, the variants that turn them red."""
    heading = ""
    for one in results:
        if one.clause.heading != heading:
            heading = one.clause.heading
            yield f"\n{heading}"
        word = paint.outcome(Outcome.PASSED, "proven") if one.proven else paint.outcome(Outcome.FAILED, "UNPROVEN")
        yield f"  {word}  {one.clause.text}"
        yield from (f"      Then {then}" for then in one.clause.thens)
        if one.clause.variants:
            yield f"      on {', '.join(one.clause.variants)}"
        yield from (f"      {problem}" for problem in one.missing)
