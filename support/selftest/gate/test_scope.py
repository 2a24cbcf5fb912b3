"""A release is judged without the suite's own checks, unless they are asked for."""

from pathlib import Path

import pytest

from support.selftest.gate.gate_project import Project

SHOP = """
@catalog @critical
Feature: The shop
  @CAT-CHAIN-1
  Scenario: The shop is open
    Then all is well
"""
SUITE = """
@harness @critical
Feature: The suite
  @SUITE-GATE-1 @mishaps
  Scenario: The gate works
    Then all is well
"""
REGISTER = "SUITE-GATE-1: {title: The gate works, value: Verdicts., severity: blocker, no_fault: true}\n"
SHOP_ONLY, SUITE_ONLY = {"The shop is open"}, {"The gate works"}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.feature(SHOP)
    (tmp_path / "features" / "harness").mkdir()
    project.write("features/harness/gate.feature", SUITE)
    project.write("features/harness/requirements.yml", REGISTER)
    return project


@pytest.mark.parametrize(
    ("options", "judged", "requirements"),
    [
        ([], SHOP_ONLY, ["CAT-CHAIN-1"]),
        (["features"], SHOP_ONLY, ["CAT-CHAIN-1"]),
        (["--tags=@critical"], SHOP_ONLY, ["CAT-CHAIN-1"]),
        (["--tags=not @mishaps"], SHOP_ONLY, ["CAT-CHAIN-1"]),
        (["--tags=@harness"], SUITE_ONLY, ["SUITE-GATE-1"]),
        (["--tags=@mishaps and @critical"], SUITE_ONLY, ["SUITE-GATE-1"]),
        (["--tags=@SUITE-GATE-1"], SUITE_ONLY, ["SUITE-GATE-1"]),
        (["features/harness"], SUITE_ONLY, ["SUITE-GATE-1"]),
        (["features/harness/gate.feature:5"], SUITE_ONLY, ["SUITE-GATE-1"]),
        (["--tags=@harness or @catalog"], SHOP_ONLY | SUITE_ONLY, ["CAT-CHAIN-1", "SUITE-GATE-1"]),
    ],
)
def test_what_is_judged(project: Project, options: list[str], judged: set[str], requirements: list[str]) -> None:
    found = project.judge(*options)
    assert found.exit_code == 0
    assert set(found.outcomes) == judged
    assert found.verdict
    assert [one["id"] for one in found.verdict["requirements"]] == requirements
    assert found.verdict["asked"]["whole"]


def test_the_suites_own_checks_are_never_selected_by_name_alone(project: Project) -> None:
    found = project.judge("--name=The gate works")
    assert (found.exit_code, found.verdict) == (64, None)
    assert found.err == "only checks of the suite itself are selected; ./check runs them, or say --tags=@harness\n"


def test_plain_behave_runs_everything(project: Project) -> None:
    project.judged(project.start(module="behave"))
    ended = {event["scenario"] for event in project.events() if event["event"] == "scenario-ended"}
    assert ended == {"catalog/shop.feature:5", "harness/gate.feature:5"}


def test_shards_and_their_merge_leave_the_suite_out_too(project: Project) -> None:
    project.feature(SHOP.replace("is open", "stays open"), name="again")
    for number in ("1", "2"):
        assert project.judge("--shard", f"{number}/2", "-D", f"results=shards/{number}").exit_code == 0
    merged = project.judged(project.start("merge", "shards/1", "shards/2", module="support.gate.__main__"))
    assert (merged.exit_code, set(merged.outcomes)) == (0, {"The shop is open", "The shop stays open"})
    assert merged.verdict
    assert merged.verdict["asked"] == {"requirements": 1, "of": 1, "planned": 0, "whole": True}


def test_a_verdict_of_the_time_when_both_were_judged_has_lost_nothing(project: Project) -> None:
    assert project.judge("--tags=@harness or @catalog", "-D", "results=before").exit_code == 0
    now = project.judge("--against=before/verdict.json")
    assert now.exit_code == 0
    assert now.verdict
    assert not any(now.verdict["against"][kind] for kind in ("new_red", "lost_coverage", "other"))


def test_the_list_of_requirements_knows_the_last_verdict_on_each(project: Project) -> None:
    assert project.judge().exit_code == 0
    assert "not judged   SUITE-GATE-1" in project.judge("--requirements").out
    assert project.judged(project.start("check", module="support.gate.__main__")).exit_code == 0
    listed = project.judge("--requirements").out
    assert "proven       CAT-CHAIN-1" in listed
    assert "proven       SUITE-GATE-1" in listed
