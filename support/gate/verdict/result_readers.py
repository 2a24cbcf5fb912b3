"""Reads what Allure and behave's JUnit reporter recorded of the same run."""

import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import msgspec

NOT_COUNTED = {"skipped", "untested"}  # JUnit has them for deselected scenarios too, or not at all


@dataclass(frozen=True, slots=True)
class AllureResult:
    """What the report shows for the scenario with the id *scenario*."""

    scenario: str
    status: str
    outcome: str


@dataclass(frozen=True, slots=True)
class ReportedResults:
    """*junit* counts behave's statuses; *unreadable* names the files that could not be read."""

    allure: tuple[AllureResult, ...]
    junit: Counter[str]
    unreadable: tuple[str, ...] = ()


def read_reported_results(results: Path) -> ReportedResults:
    allure: list[AllureResult] = []
    junit: Counter[str] = Counter()
    unreadable: list[str] = []
    for path in sorted((results / "allure-results").glob("*-result.json")):
        try:
            allure.append(_allure_result(path))
        except (msgspec.DecodeError, UnicodeDecodeError, OSError):
            unreadable.append(path.name)
    for path in sorted((results / "junit").glob("*.xml")):
        try:
            junit.update(case.get("status", "") for case in ET.parse(path).iter("testcase"))  # noqa: S314  our own file
        except (ET.ParseError, OSError):
            unreadable.append(path.name)
    counted = Counter({status: count for status, count in junit.items() if status not in NOT_COUNTED})
    return ReportedResults(tuple(allure), counted, tuple(unreadable))


def _allure_result(path: Path) -> AllureResult:
    result = msgspec.json.decode(path.read_bytes(), type=_Result)
    labels = {label.name: label.value for label in result.labels}
    return AllureResult(labels.get("scenario", path.name), result.status, labels.get("outcome", ""))


class _Label(msgspec.Struct):
    name: str
    value: str


class _Result(msgspec.Struct):
    status: str
    labels: list[_Label]
