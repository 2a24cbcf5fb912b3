"""The requirements ledger: what is proven, what is not, and what a partial run can prove."""

import pytest
from msgspec.structs import replace

from support.core.journal import Event
from support.gate.output.requirements_list import requirements_list
from support.gate.output.terminal import Paint
from support.gate.selection.criteria import Criteria
from support.gate.selection.policy import Policy
from support.gate.selection.register import Budget, Requirement
from support.selftest.gate.gate_project import Project
from support.selftest.gate.sample_journal import SHOP, journal_of, verdict_on

NEEDY = replace(SHOP, no_fault=False)
QUICK = replace(SHOP, budget={"recovery time": Budget("s", at_most=30)})
RECEIPT = (
    {"event": "fault-planned", "fault": "f", "scenario": "a:1", "kind": "Outage", "target": "provider"}
    | {"detail": "is down"},
    {"event": "fault-felt", "fault": "f", "after_s": 0.1},
    {"event": "fault-lifted", "fault": "f"},
    {"event": "fault-healed", "fault": "f", "after_s": 0.1},
)


def on(*requirements, known=None, policy=None):
    return Criteria({one.id: one for one in requirements}, policy or Policy(), known)


def figure(value: float, name: str = "recovery time", unit: str = "s") -> Event:
    return {"event": "figure", "scenario": "a:1", "name": name, "value": value, "unit": unit}


def shop_after(events, criteria):
    verdict = verdict_on(events, criteria=criteria)
    return verdict, verdict.requirements[0]


ALL = {"a:1": ["CAT-CHAIN-1"]}
ASKED = {"requirements": ("CAT-CHAIN-1",)}


def test_a_requirement_is_proven_by_scenarios_that_met_a_fault():
    verdict, shop = shop_after(journal_of("PASSED", more=RECEIPT, **ASKED), on(NEEDY, known=ALL))
    assert (verdict.verdict, shop.outcome, shop.faults) == ("go", "PASSED", {"the provider is down": 1})


def test_a_requirement_that_was_never_exercised_is_not_proven():
    verdict, shop = shop_after(journal_of("PASSED", **ASKED), on(NEEDY, known=ALL))
    assert (verdict.verdict, shop.outcome) == ("unknown", "INCONCLUSIVE")
    assert verdict.because.startswith("not proven: CAT-CHAIN-1 (never exercised")


def test_a_part_of_its_scenarios_is_not_blamed_for_the_others():
    known = {**ALL, "b:1": ["CAT-CHAIN-1"]}
    verdict, shop = shop_after(journal_of("PASSED", **ASKED), on(replace(NEEDY, budget=QUICK.budget), known=known))
    assert (verdict.verdict, shop.outcome, shop.reason) == ("go", "PASSED", "tested in part: 1 of 2 scenarios")
    assert verdict.because.endswith("; partial: 1 of 1 requirements tested")


@pytest.mark.parametrize(
    ("figures", "word", "outcome", "reason"),
    [
        ([figure(29.0), figure(30)], "go", "PASSED", ""),
        ([figure(29.0), figure(31)], "no-go", "FAILED", "recovery time 31.0 s, budget at most 30.0 s"),
        ([], "unknown", "INCONCLUSIVE", "recovery time was never measured"),
        ([figure(1, name="another")], "unknown", "INCONCLUSIVE", "recovery time was never measured"),
        ([figure(1, unit="min")], "unknown", "INCONCLUSIVE", "recovery time was never measured"),
    ],
)
def test_a_budget_holds_the_worst_figure(figures, word, outcome, reason):
    verdict, shop = shop_after(journal_of("PASSED", more=tuple(figures), **ASKED), on(QUICK, known=ALL))
    assert (verdict.verdict, shop.outcome, shop.reason) == (word, outcome, reason)


def test_the_policy_may_let_a_missed_budget_pass_with_a_remark():
    lenient = Policy(no_go=frozenset())
    verdict, shop = shop_after(journal_of("PASSED", more=(figure(31),), **ASKED), on(QUICK, known=ALL, policy=lenient))
    assert (verdict.verdict, shop.outcome) == ("go", "FAILED")
    assert verdict.remarks == ["CAT-CHAIN-1 missed a budget: recovery time 31.0 s, budget at most 30.0 s"]


def test_a_remark_on_a_missed_budget_leaves_out_what_surrounded_the_failure():
    journal = [
        event | ({"reason": "too slow\nUnder no fault."} if event["event"] == "scenario-ended" else {})
        for event in journal_of("FAILED", more=(figure(31),), **ASKED)
    ]
    verdict, _ = shop_after(journal, on(QUICK, known=ALL))
    assert verdict.remarks == ["CAT-CHAIN-1 missed a budget: The one with 1: too slow"]


def test_what_no_scenario_asks_for_is_uncovered_unless_it_is_planned():
    other = Requirement("CAT-PERF-1", "Quick", "For all.", "minor")
    verdict = verdict_on(journal_of("PASSED", **ASKED), criteria=on(SHOP, other, known=ALL))
    assert (verdict.verdict, verdict.because) == ("unknown", "no scenario proves CAT-PERF-1")
    planned = verdict_on(journal_of("PASSED", **ASKED), criteria=on(SHOP, replace(other, planned=True), known=ALL))
    assert (planned.verdict, planned.requirements[1].outcome) == ("go", "PLANNED")
    assert planned.asked == {"requirements": 1, "of": 1, "planned": 1, "whole": True}


def test_what_is_planned_and_has_a_scenario_is_judged():
    verdict, shop = shop_after(journal_of("FAILED", **ASKED), on(replace(SHOP, planned=True), known=ALL))
    assert (verdict.verdict, shop.outcome) == ("no-go", "FAILED")


def test_a_selection_is_judged_by_itself_and_says_so():
    known = {**ALL, "b:1": ["CAT-API-1"]}
    other = replace(SHOP, id="CAT-API-1")
    third = replace(SHOP, id="CAT-API-2")
    verdict = verdict_on(journal_of("PASSED", **ASKED), criteria=on(SHOP, other, third, known=known))
    assert [one.outcome for one in verdict.requirements] == ["PASSED", "NOT ASKED", "UNCOVERED"]
    assert (verdict.verdict, verdict.asked["whole"]) == ("go", False)
    assert verdict.because == "the only scenario kept its promise; partial: 1 of 3 requirements tested"


def test_the_list_distinguishes_proven_uncovered_and_planned(tmp_path):
    register = (
        SHOP,
        replace(SHOP, id="CAT-API-1", title="Never asked"),
        replace(SHOP, id="CAT-API-2", title="Forgotten"),
        replace(QUICK, id="TASK-A-1", title="To come", area="tasks", planned=True),
    )
    criteria = on(*register, known={**ALL, "b:1": ["CAT-API-1"]})
    verdict = verdict_on(journal_of("PASSED", **ASKED), criteria=criteria).as_json()
    with (tmp_path / "out").open("w") as stream:
        lines = requirements_list(criteria, [verdict], Paint(stream)).splitlines()
    assert any(line.startswith("  proven       CAT-CHAIN-1 The shop is open") for line in lines)
    assert any("by The one with 1 (a:1)" in line for line in lines)
    assert any(line.startswith("  not judged   CAT-API-1") for line in lines)
    assert any(line.startswith("  uncovered    CAT-API-2") for line in lines)
    assert "tasks (planned)" in lines
    assert any(line.startswith("  planned      TASK-A-1") for line in lines)
    assert any("budget: recovery time at most 30.0 s" in line for line in lines)
    assert (
        "3 requirements are built, 1 more are planned; of the built ones 1 are proven by run r, whose verdict is go"
        in lines
    )


def test_the_register_can_be_asked_for_before_and_after_a_run(tmp_path):
    project = Project(tmp_path)
    project.feature("Feature: The shop\n  @CAT-CHAIN-1\n  Scenario: One\n    Then all is well\n")
    asked = project.judge("--requirements")
    assert asked.exit_code == 0
    assert "not judged   CAT-CHAIN-1 The shop is open" in asked.out
    assert "there is no verdict yet" in asked.out
    assert project.judge().exit_code == 0
    asked = project.judge("--requirements")
    assert "proven       CAT-CHAIN-1 The shop is open" in asked.out
    assert project.judge("--requirements", "--tags=@x").exit_code == 64
