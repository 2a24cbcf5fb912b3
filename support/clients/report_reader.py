"""Somebody who opens a report and reads it: nothing but the one file counts, as it would be sent to them."""

import base64
import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EMBEDDED = re.compile(r'\bd\("([^"]+)","([^"]*)"\)')  # how the generator puts a file into the page
NAME = re.compile(r'"reportName":("(?:[^"\\]|\\.)*")')
UNSHOWN = re.compile(r"<style>.*?</style>|<[^>]+>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Report:
    """What is read in the report of a run that had one scenario; *evidence*: the text of attachments and pictures, by name."""

    title: str
    scenario: str
    asked: str
    steps: Sequence[str]
    seen: str
    evidence: Mapping[str, str]


def read_report(path: Path) -> Report:
    """Raises `ValueError` if it has not one scenario."""
    page = path.read_text(encoding="utf-8")
    files = {name: base64.b64decode(body) for name, body in EMBEDDED.findall(page)}
    (test,) = (json.loads(body) for name, body in files.items() if name.startswith("data/test-results/"))
    title = NAME.search(page)
    entries = list(_entries(test["steps"]))
    links = [one["link"] for one in entries if one["type"] == "attachment"]
    return Report(
        title=json.loads(title[1]) if title else "",
        scenario=test["name"],
        asked=_text(test["descriptionHtml"]),
        steps=[one["name"] for one in entries if one["type"] == "step"],
        seen=" ".join(test["error"].get("message", "").split()),
        evidence={link["name"]: _text(_body(link, files)) for link in links},
    )


def _entries(entries: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for one in entries:
        yield one
        yield from _entries(one.get("steps", ()))


def _body(link: Mapping[str, Any], files: Mapping[str, bytes]) -> str:
    return files.get(f"data/attachments/{link['id']}{link['ext']}", b"").decode()


def _text(markup: str) -> str:
    """What is left for the eye, words parted by one space."""
    return " ".join(html.unescape(UNSHOWN.sub(" ", markup)).split())
