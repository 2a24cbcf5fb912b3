"""Examples that all fail alike stop early and say so; anything else is run to its end."""

import pytest

from support.behave_runtime.alike import ENOUGH, SLOW_S, why_enough
from support.gate.verdict.outcome import Finding, Outcome
from support.selftest.gate.gate_project import Project

EACH_S = SLOW_S / ENOUGH


def failed(reason: str, took: float = EACH_S) -> tuple[Finding, float]:
    return Finding(Outcome.FAILED, reason), took


ALIKE = [failed(f'Then it is served: "Europe {number} GB" was not, after {number}.5 s') for number in range(ENOUGH)]


def test_slow_examples_that_fail_alike_are_enough():
    assert why_enough(ALIKE).startswith("not run: the first 3 examples failed alike, in 30 s; the last one: Then it is")


def test_those_that_were_not_run_count_as_none():
    not_run = Finding(Outcome.INCONCLUSIVE, f"before_scenario: {why_enough(ALIKE)}"), 0.0

    assert why_enough([*ALIKE, not_run]) == why_enough(ALIKE)


@pytest.mark.parametrize(
    "earlier",
    [
        ALIKE[:-1],
        [*ALIKE[:-1], failed("Then it is served: something else")],
        [*ALIKE, (Finding(Outcome.PASSED), 1.0)],
        [*ALIKE[:-1], (Finding(Outcome.INCONCLUSIVE, "no receipt"), EACH_S)],
        [failed(finding.reason, 1.0) for finding, _ in ALIKE],
    ],
    ids=["too few", "another failure", "one that passed", "one in doubt", "quick ones"],
)
def test_anything_else_goes_on(earlier):
    assert why_enough(earlier) == ""


def test_a_run_tells_which_examples_were_not_run(tmp_path):
    project = Project(tmp_path)
    project.hooks(
        "from support.behave_runtime import alike\nalike.SLOW_S = 0\ndef before_scenario(context, scenario): pass\n"
    )
    project.feature(
        "@catalog @CAT-CHAIN-1\nFeature: The shop\n  Scenario Outline: Shelf <number>\n    Then the promise is broken\n"
        "    Examples:\n      | number |\n" + "".join(f"      | {number} |\n" for number in range(5))
    )

    judged = project.judge()

    assert judged.exit_code == 1
    outcomes = [(one["outcome"], one["reason"]) for one in judged.verdict["scenarios"]]
    assert [outcome for outcome, _ in outcomes] == ["FAILED"] * 3 + ["INCONCLUSIVE"] * 2
    assert "the first 3 examples failed alike" in outcomes[-1][1]
    assert "the shop is shut" in outcomes[-1][1]
