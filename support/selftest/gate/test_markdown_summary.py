"""The Markdown summary of a verdict."""

import pytest

from support.gate.output.markdown_summary import SHOWN, markdown_summary

SCENARIO = {
    "id": "catalog/a.feature:7",
    "name": "The provider is down",
    "outcome": "PASSED",
    "reason": "",
    "faults": [{"receipt": True}],
    "known_defect": None,
}
REQUIREMENT = {"id": "CAT-CHAIN-2", "title": "Shoppers go on buying", "outcome": "PASSED", "reason": ""}


@pytest.fixture
def verdict():
    return {
        "verdict": "go",
        "because": "all 1 scenarios kept their promises",
        "counts": {"PASSED": 1},
        "duration_s": 2.5,
        "troubles": [],
        "scenarios": [SCENARIO],
        "requirements": [REQUIREMENT],
        "asked": {"requirements": 1, "of": 1, "planned": 0, "whole": True},
        "remarks": [],
        "losses": [],
        "recoveries": [],
        "against": None,
        "backend": "embedded",
        "seed": 42,
        "run": "abc",
    }


def test_good_news_is_short(verdict):
    told = markdown_summary(verdict)

    assert "GO: all 1 scenarios kept their promises" in told
    assert "1 PASSED in 2.5 s; 1 faults, 1 with receipt" in told
    assert "requirements: 1 of 1 proven" in told
    assert "| outcome |" not in told


def test_bad_news_name_requirement_scenario_and_reason(verdict):
    broken = SCENARIO | {"outcome": "FAILED", "reason": "Expected: 18.00\n but: was 0"}
    told = markdown_summary(
        verdict
        | {"verdict": "no-go", "scenarios": [broken], "requirements": [REQUIREMENT | {"outcome": "FAILED"}]}
        | {"troubles": ["JUnit disagrees"]}
    )

    assert "| FAILED | The provider is down (catalog/a.feature:7) | Expected: 18.00 but: was 0 |" in told
    assert "| CAT-CHAIN-2 | FAILED | Shoppers go on buying |" in told
    assert "- JUnit disagrees" in told


def test_what_a_scenario_says_cannot_break_the_page(verdict):
    sly = SCENARIO | {"outcome": "BROKEN", "reason": "<script>alert(1)</script> | a `b` " + "x" * 1000}
    told = markdown_summary(verdict | {"scenarios": [sly]})

    assert "<script>" not in told
    assert "\\| a \\`b\\`" in told
    assert max(map(len, told.splitlines())) < 600


def test_a_flood_is_cut_and_counted(verdict):
    told = markdown_summary(verdict | {"scenarios": [SCENARIO | {"outcome": "FAILED"}] * (SHOWN + 5)})

    assert told.count("| FAILED |") == SHOWN
    assert "and 5 more, in the report" in told
