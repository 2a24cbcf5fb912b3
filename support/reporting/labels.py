"""What a scenario is called and where it is filed in the Allure report."""

import hashlib
import os
from html import escape
from pathlib import Path

from allure_commons.model2 import Label, TestResult

from support.behave_runtime.recorder import Story
from support.gate.execution.work_queue import WORKER
from support.gate.selection.behave_model import Scenario
from support.gate.selection.register import SEVERITIES, Register, Requirement
from support.gate.selection.scenarios import Selected, rule_of
from support.gate.verdict.budget import with_budget

EPICS = {"harness": "Holdfast itself"}  # folders whose name is not what people call the system


def file_under(result: TestResult, scenario: Scenario, selected: Selected, register: Register) -> None:
    """Give *result* its name, labels and identity over runs."""
    requirements = [register[name] for name in selected.requirements if name in register]
    epic = _epic(selected, requirements)
    result.name = selected.name
    result.titlePath = [epic, selected.feature, *([selected.rule] if selected.rule else [])]
    result.fullName = ": ".join([*result.titlePath[1:], selected.name])
    result.testCaseId = _digest(selected.file, result.fullName)
    result.historyId = _digest(result.testCaseId, *(f"{parameter.value}" for parameter in result.parameters or []))
    stories = [f"{requirement.id} {requirement.title}" for requirement in requirements] or [selected.feature]
    result.labels[:] = [
        Label("epic", epic),
        Label("feature", selected.feature),
        *(Label("story", story) for story in stories),
        Label("severity", selected.severity),
        *(Label("requirement", requirement.id) for requirement in requirements),
        *(Label("tag", tag) for tag in _plain(selected)),
        Label("scenario", selected.id),
        Label("framework", "behave"),
        Label("thread", f"worker {os.environ.get(WORKER, '1')}"),  # a lane of its own in the report's timeline
    ]
    if rule := rule_of(scenario):
        result.labels.append(Label("rule", rule.name))


def description(scenario: Scenario, story: Story, register: Register, picture: str) -> str:
    """HTML that tells the whole of it to readers who open no attachment; *picture* is HTML, too."""
    selected = story.selected
    parts = [
        *(_value(register[name]) for name in selected.requirements if name in register),
        f"<p><b>Rule:</b> {escape(selected.rule)}</p>" if selected.rule else "",
        *(
            f"<p>{escape(' '.join(lines))}</p>"
            for lines in (scenario.description, scenario.feature.description)
            if lines
        ),
        picture,
        _list("Broken on purpose", [str(window) for window in story.windows]),
        _list("Measured", [f"{figure['name']}: {with_budget(figure)}" for figure in story.figures]),
    ]
    return "\n".join(part for part in parts if part)


def _epic(selected: Selected, requirements: list[Requirement]) -> str:
    folder = Path(selected.file).parts[0] if "/" in selected.file else "features"
    named = next((requirement.epic for requirement in requirements if requirement.epic), None)
    return named or EPICS.get(folder) or folder.replace("_", " ").capitalize()


def _plain(selected: Selected) -> list[str]:
    filed_elsewhere = {*SEVERITIES, *selected.requirements, Path(selected.file).parts[0]}
    return [tag for tag in selected.tags if tag not in filed_elsewhere]


def _value(requirement: Requirement) -> str:
    bounds = "; ".join(f"{figure} {bound}" for figure, bound in requirement.budget.items())
    budget = f" <i>Budget: {escape(bounds)}.</i>" if bounds else ""
    return f"<p><b>{requirement.id} {escape(requirement.title)}.</b> {escape(requirement.value)}{budget}</p>"


def _list(heading: str, entries: list[str]) -> str:
    items = "".join(f"<li>{escape(entry)}</li>" for entry in entries)
    return f"<p><b>{heading}:</b></p><ul>{items}</ul>" if entries else ""


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
