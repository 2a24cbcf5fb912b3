"""What others say about the same run: the Allure results and behave's JUnit files, read back from disk."""

import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import msgspec

NOT_COUNTED = {"skipped", "untested"}  # JUnit shows them for deselected scenarios too, or not at all


@dataclass(frozen=True, slots=True)
class Shown:
    """What the report will show for the scenario with the id *scenario*."""

    scenario: str
    status: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Witnesses:
    """*junit* counts behave's statuses; *unreadable* names the files that could not be read."""

    allure: tuple[Shown, ...]
    junit: Counter[str]
    unreadable: tuple[str, ...] = ()


def hear(results: Path) -> Witnesses:
    allure: list[Shown] = []
    junit: Counter[str] = Counter()
    unreadable: list[str] = []
    for path in sorted((results / "allure-results").glob("*-result.json")):
        try:
            allure.append(_shown(path))
        except (msgspec.DecodeError, UnicodeDecodeError, OSError):
            unreadable.append(path.name)
    for path in sorted((results / "junit").glob("*.xml")):
        try:
            junit.update(case.get("status", "") for case in ET.parse(path).iter("testcase"))  # noqa: S314  our own file
        except (ET.ParseError, OSError):
            unreadable.append(path.name)
    counted = Counter({status: count for status, count in junit.items() if status not in NOT_COUNTED})
    return Witnesses(tuple(allure), counted, tuple(unreadable))


def _shown(path: Path) -> Shown:
    result = msgspec.json.decode(path.read_bytes(), type=_Result)
    labels = {label.name: label.value for label in result.labels}
    return Shown(labels.get("scenario", path.name), result.status, labels.get("outcome", ""))


class _Label(msgspec.Struct):
    name: str
    value: str


class _Result(msgspec.Struct):
    status: str
    labels: list[_Label]
