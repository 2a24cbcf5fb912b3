"""Comparing two verdicts, and what the comparison does to the later one."""

import json
from dataclasses import replace

import pytest

from support.core.errors import UsageError
from support.gate.selection.policy import NoGoReason, Policy
from support.gate.verdict.against import compare, load_verdict, with_comparison
from support.gate.verdict.findings import Row, Verdict
from support.selftest.gate.gate_project import Project
from support.selftest.gate.sample_journal import journal_of, verdict_on

STRICT = Policy(no_go=frozenset(NoGoReason))
NOTHING = Policy(no_go=frozenset())


def verdict_json(*outcomes: str) -> Row:
    return verdict_on(journal_of(*outcomes)).as_json()


def whole(verdict):
    return {**verdict, "asked": {**verdict["asked"], "whole": True}}


@pytest.mark.parametrize(
    ("before", "now", "heading"),
    [
        ("PASSED", "FAILED", "new red"),
        ("N/A", "FAILED", "new red"),
        ("FAILED", "PASSED", "new green"),
        ("PASSED", "N/A", "lost coverage"),
        ("PASSED", "BROKEN", "other"),
        ("FAILED", "N/A", "other"),
    ],
)
def test_a_scenario_that_ends_otherwise(before, now, heading):
    comparison = compare(verdict_json(before, "PASSED"), verdict_json(now, "PASSED"), STRICT)
    assert comparison.changes() == {heading: [f"The one with 1 (a): {before}, now {now}"]}
    assert not comparison.same


def test_the_same_is_the_same_wherever_it_stands_in_its_file():
    before, now = verdict_json("PASSED"), verdict_json("PASSED")
    now["scenarios"][0]["id"] = "a:99"
    assert compare(before, now, STRICT).same


def test_a_scenario_that_is_gone_is_lost_if_everything_was_asked():
    before, now = verdict_json("PASSED", "PASSED"), verdict_json("PASSED")
    assert compare(before, now, STRICT).same, "it was not selected"
    assert compare(before, whole(now), STRICT).lost_coverage == ["The one with 2 (a): PASSED, now gone"]


@pytest.mark.parametrize("became", ["UNCOVERED", "PLANNED", "N/A", None])
def test_a_requirement_that_is_not_proven_any_more_is_lost(became):
    before, now = verdict_json("PASSED"), whole(verdict_json("PASSED"))
    before["requirements"] = [{"id": "CAT-A-1", "outcome": "PASSED"}]
    now["requirements"] = [{"id": "CAT-A-1", "outcome": became}] if became else []
    assert compare(before, now, STRICT).lost_coverage == [f"CAT-A-1: PASSED, now {became or 'gone'}"]


def test_a_new_scenario_is_listed_and_is_no_loss():
    comparison = compare(verdict_json("PASSED"), verdict_json("PASSED", "PASSED"), STRICT)
    assert comparison.changes() == {"other": ["The one with 2 (a): new, PASSED"]}


def recovered(seconds: float) -> Verdict:
    figure = {
        "name": "recovery time",
        "value": seconds,
        "unit": "s",
        "resolution": 0.1,
        "fault": "the provider is down",
    }
    events = journal_of("PASSED", more=({"event": "figure", "scenario": "a:1", **figure},))
    return verdict_on(events)


@pytest.mark.parametrize(("then", "now", "slower"), [(1.0, 2.6, True), (1.0, 1.9, False), (10.0, 14.0, False)])
def test_a_recovery_is_slower_by_a_factor_and_by_seconds(then, now, slower):
    comparison = compare(recovered(then).as_json(), recovered(now).as_json(), STRICT)
    assert bool(comparison.slower_recovery) is slower
    assert comparison.same, "the outcomes are"


@pytest.mark.parametrize(
    ("before", "now", "word"),
    [
        (verdict_json("PASSED", "PASSED"), verdict_on(journal_of("PASSED", "N/A")), "no-go"),
        (recovered(1.0).as_json(), recovered(3.0), "no-go"),
        (verdict_json("PASSED"), verdict_on(journal_of("PASSED")), "go"),
        (verdict_json("PASSED", "PASSED"), verdict_on(journal_of("PASSED", "BROKEN")), "broken"),
    ],
)
def test_what_is_worse_than_before_is_no_go_if_the_policy_says_so(before, now, word):
    strict = with_comparison(now, before, STRICT)
    assert (strict.verdict, strict.exit_code) == (word, {"go": 0, "no-go": 1, "broken": 3}[word])
    lenient = with_comparison(now, before, NOTHING)
    assert (lenient.verdict, lenient.because) == (now.verdict, now.because)
    assert lenient.against == strict.against is not None


def test_a_known_defect_is_not_red_anew():
    now = verdict_on(journal_of("FAILED"))
    known = {"id": "a:1", "owner": "Ana", "reason": "x", "until": "2030-01-01"}
    excused = replace(now, verdict="go", exit_code=0, scenarios=[replace(now.scenarios[0], known_defect=known)])
    assert with_comparison(excused, verdict_json("PASSED"), STRICT).verdict == "go"


@pytest.mark.parametrize("text", ["", "[]", '{"scenarios": [{}]}', '{"scenarios": []}'])
def test_what_is_no_verdict_is_refused(tmp_path, text):
    path = tmp_path / "verdict.json"
    path.write_text(text)
    with pytest.raises(UsageError, match="is not a verdict"):
        load_verdict(path)
    with pytest.raises(UsageError, match="cannot be read"):
        load_verdict(tmp_path / "nowhere.json")


SHOP = "Feature: The shop\n  @CAT-CHAIN-1\n  Scenario: One\n    Then all is well\n"
MORE = "  Scenario: Two\n    Then all is well\n"


def test_a_release_is_held_against_the_last_one(tmp_path):
    project = Project(tmp_path)
    project.feature(SHOP + MORE)
    assert project.judge().exit_code == 0
    (tmp_path / "last.json").write_text((project.results / "verdict.json").read_text())
    same = project.judge("--against", "results/verdict.json")  # where this run writes its own
    assert same.exit_code == 0
    assert "no difference from run" in same.out
    project.feature(SHOP)
    worse = project.judge("--against=last.json")
    assert (worse.exit_code, worse.verdict["verdict"]) == (1, "no-go")
    assert worse.verdict["because"].startswith("lost coverage against run")
    assert "Two (catalog/shop.feature): PASSED, now gone" in worse.out
    for files, code in ((["last.json", "last.json"], 0), (["last.json", "results/verdict.json"], 1)):
        process = project.start("compare", *files, module="support.gate.__main__")
        out, _ = process.communicate(timeout=60)
        assert process.returncode == code, out
    assert "lost coverage: 1" in out
    json.loads((project.results / "verdict.json").read_text())


@pytest.mark.parametrize("options", [["--against"], ["--against=nowhere.json"]])
def test_nothing_to_hold_against_is_wrong_usage(tmp_path, options):
    project = Project(tmp_path)
    project.feature(SHOP)
    judged = project.judge(*options)
    assert (judged.exit_code, len(judged.err.strip().splitlines())) == (64, 1)
