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
    text = markdown_summary(verdict)

    assert "GO: all 1 scenarios kept their promises" in text
    assert "1 PASSED in 2.5 s; 1 faults, 1 with receipt" in text
    assert "requirements: 1 of 1 proven" in text
    assert "| outcome |" not in text


def test_bad_news_name_requirement_scenario_and_reason(verdict):
    broken = SCENARIO | {"outcome": "FAILED", "reason": "Expected: 18.00\n but: was 0"}
    text = markdown_summary(
        verdict
        | {"verdict": "no-go", "scenarios": [broken], "requirements": [REQUIREMENT | {"outcome": "FAILED"}]}
        | {"troubles": ["JUnit disagrees"]}
    )

    assert "| FAILED | The provider is down (catalog/a.feature:7) | Expected: 18.00 but: was 0 |" in text
    assert "| CAT-CHAIN-2 | FAILED | Shoppers go on buying |" in text
    assert "- JUnit disagrees" in text


def test_text_of_a_scenario_is_escaped(verdict):
    sly = SCENARIO | {"outcome": "BROKEN", "reason": "<script>alert(1)</script> | a `b` " + "x" * 1000}
    text = markdown_summary(verdict | {"scenarios": [sly]})

    assert "<script>" not in text
    assert "\\| a \\`b\\`" in text
    assert max(map(len, text.splitlines())) < 600


def test_a_flood_is_cut_and_counted(verdict):
    text = markdown_summary(verdict | {"scenarios": [SCENARIO | {"outcome": "FAILED"}] * (SHOWN + 5)})

    assert text.count("| FAILED |") == SHOWN
    assert "and 5 more, in the report" in text
