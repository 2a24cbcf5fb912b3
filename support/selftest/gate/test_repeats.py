"""Repeats: different outcomes are FLAKY, and a repeat never turns red into green."""

import json
from pathlib import Path

import pytest

from support.gate.execution.repeats import combined_outcome, seeds
from support.gate.verdict.outcome import Outcome
from support.selftest.gate.gate_project import Project

STEPS = """
import pathlib

@step("it fails every second time")
def _(context):
    done = pathlib.Path("done")
    done.write_text(done.read_text() + "x" if done.exists() else "")
    assert len(done.read_text()) % 2, "shut"
"""
FEATURE = """
@catalog
Feature: The shop
  @CAT-CHAIN-1
  Scenario: Now and then
    Then it fails every second time
  Scenario: Always
    Then all is well
"""


@pytest.mark.parametrize(
    ("outcomes", "outcome"),
    [
        (["PASSED", "PASSED"], "PASSED"),
        (["PASSED", "FAILED"], "FLAKY"),
        (["PASSED", "FAILED", "BROKEN"], "FLAKY"),
        (["FAILED", "FAILED"], "FAILED"),
        (["FAILED", "BROKEN"], "FAILED"),
        (["PASSED", "BROKEN"], "BROKEN"),
        (["PASSED", "INCONCLUSIVE"], "INCONCLUSIVE"),
    ],
)
def test_what_repeats_come_to(outcomes: list[str], outcome: str) -> None:
    assert combined_outcome([Outcome(one) for one in outcomes]) == outcome


def test_each_repeat_has_a_seed_of_its_own_that_follows_from_the_first() -> None:
    assert list(seeds(7, 3)) == list(seeds(7, 20))[:3]
    assert len(set(seeds(7, 20))) == 20
    assert next(seeds(7, 1)) == 7


def test_what_passes_and_fails_is_flaky_and_no_go(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.steps(STEPS)
    project.feature(FEATURE)
    judged = project.judge("--repeat", "3", "-D", "seed=7")
    assert judged.verdict
    assert judged.exit_code == 1, judged.err
    assert judged.outcomes == {"Now and then": "FLAKY", "Always": "PASSED"}
    assert judged.verdict["because"] == "1 of 2 scenarios kept its promise only in some repeats"
    assert judged.reasons["Now and then"].startswith("FAILED 2 of 3 times, PASSED 1 of 3 times; Then it fails")
    flaky, always = judged.verdict["scenarios"]
    assert (flaky["repeats"], always["repeats"]) == ({"FAILED": 2, "PASSED": 1}, {"PASSED": 3})
    assert judged.verdict["requirements"][0]["outcome"] == "FLAKY"
    assert judged.allure["Now and then"][:2] == ("failed", "FLAKY")
    assert judged.allure["Always"][:2] == ("passed", "PASSED")
    assert sum(judged.junit.values()) == 6
    drawn = [json.loads(path.read_text().split("\n")[0])["seed"] for path in _journals(project)]
    assert drawn == list(seeds(7, 3))


def test_what_never_differs_is_what_it_is(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.feature(FEATURE.replace("it fails every second time", "the promise is broken"))
    judged = project.judge("--repeat=2")
    assert judged.verdict
    assert (judged.exit_code, judged.verdict["counts"]) == (1, {"FAILED": 1, "PASSED": 1})
    assert judged.reasons["Now and then"].startswith("FAILED 2 of 2 times; ")


def _journals(project: Project) -> list[Path]:
    return sorted((project.results / "repeats").glob("*/journal.jsonl"))
