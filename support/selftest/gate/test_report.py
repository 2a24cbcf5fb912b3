"""The report, made by the real generator where that is installed."""

import base64
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from support.gate.output.allure_report import GENERATOR
from support.selftest.gate.gate_project import Project

STEPS = """

from support.behave_runtime.recording import recording
from support.gate.selection.scenarios import scenario_id
from support.reporting.evidence import attach_table, attach_text, show_picture


@step("the provider never answers")
def _(context):
    journal, scenario = recording().journal, scenario_id(context.scenario)
    journal.write("fault-planned", fault="1", scenario=scenario, kind="Silence", target="provider", detail="never answers")
    journal.write("fault-felt", fault="1", after_s=0.061, healthy="", reading="")
    journal.write("fault-lifted", fault="1")
    journal.write("fault-healed", fault="1", after_s=0.012, reading="")


@step("the shopper is served from {shelf}")
def _(context, shelf):
    attach_table("What the provider saw", [{"at": "0.1 s", "request": "GET /<v2.4>/catalogue"}])
    attach_text("The log", "all quiet")
    show_picture("What <happened>", '<svg xmlns="http://www.w3.org/2000/svg"/>')
"""
FEATURE = """
@catalog
Feature: The shop
  @CAT-CHAIN-1 @blocker
  Rule: The shop is open
    Scenario Outline: The <shelf> serves
      Given the provider never answers
      Then the shopper is served from <shelf>
        | a | table |
        | 1 | 2     |

      Examples:
        | shelf      |
        | saved copy |
        | backup     |
"""


@pytest.mark.skipif(
    not (shutil.which("node") and (GENERATOR / "node_modules").exists()), reason="the report generator is not installed"
)
def test_the_report_is_one_complete_page(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.steps(STEPS)
    project.feature(FEATURE)
    judged = project.judge(PATH=os.environ["PATH"])
    assert judged.exit_code == 0, judged.out
    page = (project.results / "evidence.html").read_text()
    front = (project.results / "report.html").read_text()
    assert "googletagmanager" not in page + front
    for text in (page, front):
        assert "Release verdict: GO (all 2 scenarios kept their promises)" in text
    first, second = sorted(_results(page), key=lambda result: str(result["name"]))
    assert (first["name"], second["name"]) == ("The backup serves", "The saved copy serves")
    labels = {label["name"]: label["value"] for label in first["labels"]}
    assert (labels["epic"], labels["story"]) == ("Catalog", "CAT-CHAIN-1 The shop is open")
    assert labels["severity"] == "blocker"
    for said in ("Shoppers can buy.", "The shop is open", "the provider never answers: felt after 61 ms"):
        assert said in first["descriptionHtml"]
    assert '<img alt="What &lt;happened&gt;" src="data:image/svg+xml;base64,PHN2' in first["descriptionHtml"]
    assert len(list((project.results / "allure-results").glob("*-attachment.svg"))) == 2
    assert (project.results / "allure-history.jsonl").exists()
    assert "GET /&lt;v2.4&gt;/catalogue" in _attachments(project)
    assert {f'href="evidence.html#{one["id"]}"' for one in (first, second)} == set(
        re.findall(r'href="evidence.html#\w+"', front)
    )


def _results(page: str) -> list[dict[str, Any]]:
    return [
        json.loads(base64.b64decode(body)) for body in re.findall(r'd\("data/test-results/[^"]+"\s*,\s*"([^"]*)"', page)
    ]


def _attachments(project: Project) -> str:
    return "".join(path.read_text() for path in (project.results / "allure-results").glob("*-attachment.*"))
