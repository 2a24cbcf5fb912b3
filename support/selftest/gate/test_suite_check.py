"""A verdict says when the suite that gives it was last proven, for which commit, and with what result."""

import json
from pathlib import Path

import pytest

from support.core.errors import UsageError
from support.gate.execution.results import claim, demand_free
from support.gate.history.suite_check import SuiteCheck, as_json
from support.selftest.gate.gate_project import Project
from support.selftest.gate.test_scope import SHOP, SUITE

AT = 1_790_000_000.0  # 2026-09-21 14:13 UTC


@pytest.mark.parametrize(
    ("check", "commit", "state", "sentence"),
    [
        (None, "abc", "never", "not proven on this checkout; ./check proves it"),
        (
            SuiteCheck(AT, "abc", "go", "all 9 scenarios kept their promises"),
            "abc",
            "proven",
            "proven by ./check on 2026-09-21 14:13 UTC for this commit (abc): go, all 9 scenarios kept their promises",
        ),
        (
            SuiteCheck(AT, "abc", "no-go", "1 of 9 scenarios broke a promise", ("lint", "types")),
            "abc",
            "failed",
            (
                "not proven: ./check failed on 2026-09-21 14:13 UTC for this commit (abc): "
                "no-go, 1 of 9 scenarios broke a promise; lint and types failed"
            ),
        ),
        (
            SuiteCheck(AT, "abc", "go", "all is well"),
            "abc+123456",
            "other commit",
            (
                "not proven for this commit (abc+123456); ./check proves it. "
                "It was last checked on 2026-09-21 14:13 UTC for abc: go, all is well"
            ),
        ),
        (
            SuiteCheck(AT, "", "go", "all is well"),
            "",
            "other commit",
            (
                "not proven for an unknown commit; ./check proves it. "
                "It was last checked on 2026-09-21 14:13 UTC for an unknown commit: go, all is well"
            ),
        ),
    ],
)
def test_what_a_verdict_says_of_the_suite(check: SuiteCheck | None, commit: str, state: str, sentence: str) -> None:
    said = as_json(check, commit)
    assert (said["state"], said["sentence"]) == (state, sentence)


def test_a_check_that_passed_in_every_other_way_is_not_proven_if_a_step_failed() -> None:
    assert as_json(SuiteCheck(AT, "abc", "go", "all is well", ("selftest",)), "abc")["state"] == "failed"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.feature(SHOP)
    (tmp_path / "features" / "harness").mkdir()
    project.write("features/harness/gate.feature", SUITE.replace("@SUITE-GATE-1 ", ""))
    return project


def checked(project: Project, *failed: str) -> int:
    process = project.start("check", *failed, module="support.gate.__main__")
    process.communicate(timeout=240)
    return process.returncode


def test_the_record_of_a_check_stands_in_the_next_verdict(project: Project) -> None:
    judged = project.judge()
    assert judged.verdict
    assert judged.verdict["suite"]["state"] == "never"
    assert "suite         not proven on this checkout" in judged.out
    assert checked(project, "lint") == 0
    judged = project.judge()
    assert judged.verdict
    assert judged.verdict["suite"]["verdict"] == "go"
    assert judged.verdict["suite"]["failed"] == ["lint"]
    assert "lint failed" in " ".join(judged.out.split())
    assert "lint failed" in (project.results / "summary.md").read_text(encoding="utf-8")
    assert json.loads((project.results / "harness" / "verdict.json").read_text())["suite"] is None


def test_a_check_that_ends_without_a_verdict_is_recorded_too(project: Project) -> None:
    assert checked(project) == 0
    project.write("features/harness/gate.feature", SUITE.replace("@SUITE-GATE-1", "@SUITE-GATE-9"))
    assert checked(project) == 64
    judged = project.judge("features/catalog")
    assert judged.verdict
    assert judged.verdict["suite"]["verdict"] == "broken"
    assert judged.verdict["suite"]["because"].startswith("a scenario carries @SUITE-GATE-9")


def test_a_check_waits_for_no_other_run_and_takes_over_none_of_its_results(tmp_path: Path) -> None:
    with (
        claim(tmp_path / "results").lock,
        pytest.raises(UsageError, match=r"another run holds .*results; wait for its end"),
    ):
        demand_free(tmp_path / "results")
    demand_free(tmp_path / "results")
