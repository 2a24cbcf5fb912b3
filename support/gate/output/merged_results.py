"""Merges the Allure results of several runs, for a report that shows each scenario once."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from support.gate.verdict.findings import ScenarioVerdict
from support.gate.verdict.outcome import Outcome


def merge_results(scenarios: Sequence[ScenarioVerdict], sources: Sequence[Path], target: Path) -> None:
    """Copy the result of each scenario from the folder at the same index of *sources*, with the outcome as it is in *scenarios*."""
    results = target / "allure-results"
    results.mkdir()
    for scenario, source in zip(scenarios, sources, strict=True):
        path = _results(source).get(scenario.id)
        if path is None:  # the scenario did not run; the verdict says why
            continue
        result = json.loads(path.read_text(encoding="utf-8"))
        if scenario.outcome is Outcome.FLAKY:
            result["statusDetails"] |= {"message": f"{scenario.outcome}: {scenario.reason}", "flaky": True}
            for label in result["labels"]:
                if label["name"] == "outcome":
                    label["value"] = scenario.outcome.value
        (results / path.name).write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
        for name in _attachments(result):
            shutil.copy(path.with_name(name), results / name)
    for source in dict.fromkeys(sources):
        for path in (source / "allure-results").glob("*-globals.json"):
            shutil.copy(path, results / path.name)


@cache
def _results(folder: Path) -> Mapping[str, Path]:
    """The result files of a run by the id of the scenario."""
    found = {}
    for path in (folder / "allure-results").glob("*-result.json"):
        labels = {label["name"]: label["value"] for label in json.loads(path.read_text(encoding="utf-8"))["labels"]}
        found[labels["scenario"]] = path
    return found


def _attachments(part: Mapping[str, Any]) -> Iterator[str]:
    """The file names of all attachments of a result and its steps."""
    for attachment in part.get("attachments", ()):
        yield attachment["source"]
    for step in part.get("steps", ()):
        yield from _attachments(step)
