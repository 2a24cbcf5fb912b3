"""A folder of Allure results made from those of several runs, for a report that shows each scenario once."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from support.gate.verdict.findings import ScenarioVerdict
from support.gate.verdict.outcome import Outcome


def retell(scenarios: Sequence[ScenarioVerdict], sources: Sequence[Path], target: Path) -> None:
    """Take the result of each of *scenarios* from the run in *sources* at the same place, and its outcome as it is now."""
    results = target / "allure-results"
    results.mkdir()
    for scenario, source in zip(scenarios, sources, strict=True):
        path = _results(source).get(scenario.id)
        if path is None:  # it never came to that; the verdict tells why
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
    """The files of a run's results by their scenario's id."""
    found = {}
    for path in (folder / "allure-results").glob("*-result.json"):
        labels = {label["name"]: label["value"] for label in json.loads(path.read_text(encoding="utf-8"))["labels"]}
        found[labels["scenario"]] = path
    return found


def _attachments(part: Mapping[str, Any]) -> Iterator[str]:
    """File names, of a result and of its steps and theirs."""
    for attachment in part.get("attachments", ()):
        yield attachment["source"]
    for step in part.get("steps", ()):
        yield from _attachments(step)
