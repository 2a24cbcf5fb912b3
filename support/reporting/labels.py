"""Names, labels and descriptions of scenarios in the Allure report."""

import hashlib
import os
from pathlib import Path

from allure_commons.model2 import Label, TestResult
from markupsafe import Markup

from support.behave_runtime.recorder import ScenarioRecord
from support.core.templates import render
from support.gate.execution.work_queue import WORKER
from support.gate.selection.behave_model import Scenario
from support.gate.selection.register import SEVERITIES, Register, Requirement
from support.gate.selection.scenarios import Selected, full_name, rule_of
from support.gate.verdict.budget import with_budget

EPICS = {"harness": "Holdfast itself"}  # folders that are not named as people call the system
TEMPLATE = Path(__file__).with_name("description.html")


def file_under(result: TestResult, scenario: Scenario, selected: Selected, register: Register) -> None:
    """Set the name, the labels, and the identity across runs of *result*."""
    requirements = [register[name] for name in selected.requirements if name in register]
    epic = _epic(selected, requirements)
    result.name = selected.name
    result.titlePath = [epic, selected.feature, *([selected.rule] if selected.rule else [])]
    result.fullName = full_name(selected.feature, selected.rule, selected.name)
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
        Label("thread", f"worker {os.environ.get(WORKER, '1')}"),  # a separate row in Allure's timeline
    ]
    if rule := rule_of(scenario):
        result.labels.append(Label("rule", rule.name))


def description(scenario: Scenario, record: ScenarioRecord, register: Register, picture: str) -> str:
    """HTML with everything that readers should see without opening an attachment; *picture* is HTML."""
    selected = record.selected
    return render(
        TEMPLATE,
        requirements=[register[name] for name in selected.requirements if name in register],
        rule=selected.rule,
        texts=[" ".join(lines) for lines in (scenario.description, scenario.feature.description) if lines],
        picture=Markup(picture),  # noqa: S704  from `show_picture`, which escapes
        windows=record.windows,
        figures=[f"{figure['name']}: {with_budget(figure)}" for figure in record.figures],
    )


def _epic(selected: Selected, requirements: list[Requirement]) -> str:
    folder = Path(selected.file).parts[0] if "/" in selected.file else "features"
    named = next((requirement.epic for requirement in requirements if requirement.epic), None)
    return named or EPICS.get(folder) or folder.replace("_", " ").capitalize()


def _plain(selected: Selected) -> list[str]:
    filed_elsewhere = {*SEVERITIES, *selected.requirements, Path(selected.file).parts[0]}
    return [tag for tag in selected.tags if tag not in filed_elsewhere]


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
