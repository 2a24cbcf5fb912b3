"""The tables of clauses: complete, true to the features and to the broken variants; and what the trials show of them."""

import io
from pathlib import Path

import pytest

from support.core.checkout import CHECKOUT
from support.core.errors import UsageError
from support.gate.mutation.clause_results import ClauseResult, clause_lines, clause_results, looked_at
from support.gate.mutation.clause_tables import clause_tables
from support.gate.mutation.kill_matrix import kill_matrix
from support.gate.mutation.kill_matrix_page import kill_matrix_page
from support.gate.mutation.mutated_systems import MutatedSystems
from support.gate.mutation.trial import Failure, Trial, TrialResult, evaluate_trial
from support.gate.output.terminal import Paint
from support.gate.selection.clauses import FILE, Clause, Then, complaints, is_step, load_clauses, load_thens, open_gaps
from support.gate.verdict.outcome import Outcome
from support.systems.registry import systems

PLAIN = Paint(io.StringIO())
SEES = 'the shopper sees "Europe 5 GB" at 18.00 EUR'
WAITED = "the shopper waited no longer than 1 second"
CLAUSE = Clause("catalog", "CAT-CHAIN-2", "The saved copy serves.", (SEES,), ("empty-shop",))
THENS = [Then(SEES, frozenset({"CAT-CHAIN-2"})), Then(WAITED, frozenset({"CAT-API-1"}))]
MISTAKES = {"empty-shop": ("CAT-CHAIN-2",)}
TRIAL = Trial("empty-shop", "Nothing is sold.", ("CAT-CHAIN-2",), ("catalog/a.feature:1",), (), 1.0)
UNFINISHED = ("assistant",)
"""Systems that are being built: some of their requirements and variants have no clause yet."""
NOT_YET = ("has no clauses", "is named by no clause")
WITH_TABLE = [system for system in systems() if (CHECKOUT / "features" / system.name / FILE).exists()]


def changed(**fields: object) -> Clause:
    return Clause(**{name: getattr(CLAUSE, name) for name in CLAUSE.__slots__} | fields)


def wrong_with(*clauses: Clause) -> list[str]:
    return complaints(clauses, ["CAT-CHAIN-2"], THENS, MISTAKES)


@pytest.mark.parametrize("system", WITH_TABLE, ids=lambda system: system.name)
def test_the_table_of_a_system_is_complete(system) -> None:
    clauses, wrong = clause_tables(CHECKOUT, MutatedSystems([system]))
    if system.name in UNFINISHED:
        wrong = [problem for problem in wrong if not problem.endswith(NOT_YET)]
    assert clauses
    assert wrong == []


def test_a_sound_table_has_nothing_wrong() -> None:
    assert wrong_with(CLAUSE) == []


@pytest.mark.parametrize(
    ("clause", "problem"),
    [
        (changed(heading="contract.md"), "CAT-CHAIN-2 has no clauses"),
        (changed(heading="CAT-CHAIN-9"), "CAT-CHAIN-9 is in no register"),
        (changed(thens=()), "no Then looks at it"),
        (changed(variants=()), "no broken variant turns it red"),
        (changed(variants=()), "the variant empty-shop is named by no clause"),
        (changed(thens=("the shop is open",)), "no scenario has the step 'the shop is open'"),
        (changed(variants=("full-shop",)), "there is no broken variant 'full-shop'"),
        (
            changed(thens=(WAITED,)),
            "no scenario with its step is about a requirement that the variant 'empty-shop' breaks",
        ),
    ],
)
def test_a_gap_in_the_table_is_told(clause: Clause, problem: str) -> None:
    assert problem in "\n".join(wrong_with(clause))


def test_a_gap_that_is_written_down_is_open_but_no_mistake_of_the_table() -> None:
    gap = changed(text="The backup is kept for ten years.", thens=(), variants=(), gap="no scenario lasts that long")
    assert wrong_with(CLAUSE, gap) == []
    assert open_gaps([CLAUSE, gap]) == ["CAT-CHAIN-2: The backup is kept for ten years. (no scenario lasts that long)"]
    assert not clause_results([gap], [], whole=True)[0].proven


@pytest.mark.parametrize(
    ("step", "matches"),
    [('the shopper sees "A" at 18.00 EUR', True), ('a visitor sees "A" at 18.00 EUR', False)],
)
def test_a_template_stands_for_the_steps_of_its_outline(step: str, matches: bool) -> None:  # noqa: FBT001
    assert is_step('the shopper sees "<bundle>" at <price>', step) is matches


def judged(*clauses: Clause, failure: Failure | None) -> list[ClauseResult]:
    outcome = Outcome.FAILED if failure else Outcome.PASSED
    failures = {TRIAL.own[0]: failure} if failure else {}
    result = evaluate_trial(TRIAL, {TRIAL.own[0]: outcome}, [], 1.0, failures)
    return clause_results(clauses, [result], whole=True)


def test_a_clause_is_proven_when_its_variant_fails_at_its_then() -> None:
    (proof,) = judged(CLAUSE, failure=Failure(SEES))
    assert proof.proven


@pytest.mark.parametrize(
    ("clause", "failure", "missing"),
    [
        (CLAUSE, None, "empty-shop was not noticed at this step"),
        (CLAUSE, Failure(WAITED), "empty-shop was not noticed at this step"),
        (CLAUSE, Failure(SEES, missed_times=1.2), "empty-shop was not noticed at this step"),
        (changed(thens=(SEES, WAITED)), Failure(SEES), f"no variant failed at {WAITED!r}"),
        (changed(variants=("full-shop",)), Failure(SEES), "full-shop was not tried"),
    ],
)
def test_a_clause_is_unproven_otherwise(clause: Clause, failure: Failure | None, missing: str) -> None:
    (proof,) = judged(clause, failure=failure)
    assert proof.missing == (missing,)
    matrix = kill_matrix([], [], whole=False, clauses=[proof])
    assert not matrix.proven
    assert missing in matrix.summary(PLAIN)
    assert "UNPROVEN" in "\n".join(clause_lines([proof], PLAIN))
    assert "Clause by clause" in kill_matrix_page([], matrix)


def test_a_single_variant_is_judged_by_the_clauses_that_name_it() -> None:
    others = [changed(text="Another."), changed(text="Unasked.", variants=("full-shop",))]
    both = changed(text="Both.", thens=(SEES, WAITED), variants=("empty-shop", "full-shop"))
    result = evaluate_trial(TRIAL, {TRIAL.own[0]: Outcome.FAILED}, [], 1.0, {TRIAL.own[0]: Failure(SEES)})
    judged_ones = clause_results([CLAUSE, *others, both], [result], whole=False)
    assert [(one.clause.text, one.proven) for one in judged_ones] == [
        (CLAUSE.text, True),
        ("Another.", True),
        ("Both.", True),
    ]


def test_of_some_scenarios_only_the_clauses_that_they_look_at_are_judged() -> None:
    assert looked_at([CLAUSE, changed(text="Another.", thens=(WAITED,))], {SEES, "a shopper opens the catalog"}) == [
        CLAUSE
    ]


def test_what_is_noticed_by_a_margin_is_not_noticed() -> None:
    result = evaluate_trial(TRIAL, {TRIAL.own[0]: Outcome.FAILED}, [], 1.0, {TRIAL.own[0]: Failure(WAITED, 1.2)})
    assert not result.killed
    assert kill_matrix([], [result], whole=False).gaps["variants that were noticed by a margin only, which is chance"]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_control_must_be_green(outcome: Outcome) -> None:
    control = Trial("other-words", "The log uses other words.", ("CAT-CHAIN-2",), (), TRIAL.own, 1.0, control=True)
    result: TrialResult = evaluate_trial(control, {TRIAL.own[0]: outcome}, [], 1.0)
    green = outcome in {Outcome.PASSED, Outcome.NOT_APPLICABLE}
    assert result.clear is green
    assert kill_matrix([], [result], whole=False).proven is green


def test_the_table_is_read_with_one_text_or_several(tmp_path: Path) -> None:
    folder = tmp_path / "features" / "catalog"
    folder.mkdir(parents=True)
    (folder / FILE).write_text("A:\n- {clause: One., then: x, variant: [a, b]}\n- {clause: Two., gap: no time}\n")
    one, two = load_clauses(tmp_path, "catalog")
    assert (one.thens, one.variants, two.gap) == (("x",), ("a", "b"), "no time")


@pytest.mark.parametrize("entry", ["{clause: One., than: x}", "{then: x}", "text", "{clause: One., then: []}"])
def test_a_malformed_clause_is_refused(tmp_path: Path, entry: str) -> None:
    folder = tmp_path / "features" / "catalog"
    folder.mkdir(parents=True)
    (folder / FILE).write_text(f"A:\n- {entry}\n")
    with pytest.raises(UsageError, match=r"a clause of A in .*clauses\.yml is malformed"):
        load_clauses(tmp_path, "catalog")


def test_every_then_is_found_with_those_of_outlines_and_after_and() -> None:
    thens = {then.text: then.requirements for then in load_thens(CHECKOUT, "catalog")}
    assert (
        "CAT-CACHE-1"
        in thens["the answer names the saved copy, <age> old, as its source and says that the prices are out of date"]
    )
    assert "a shopper opens the catalog" not in thens
