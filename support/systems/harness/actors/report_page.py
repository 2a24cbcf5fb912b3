"""Reads the pages of a report as a person sees them: the run's headline and the story of each scenario."""

import base64
import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.core.checkout import CHECKOUT
from support.gate.selection.register import Requirement, load_register

TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
EMBEDDED = re.compile(r'\bd\("data/test-results/[^"]+"\s*,\s*"([^"]*)"')
PICTURE = re.compile(r'src="data:image/svg\+xml;base64,([^"]+)"')
MARKUP = re.compile(r"<style>.*?</style>|<[^>]+>", re.DOTALL)
SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class ScenarioStory:
    """One scenario: the *text* of its description, the *picture_text* in its pictures, the *error* if it failed."""

    outcome: str
    text: str
    steps: tuple[str, ...]
    picture_text: str
    error: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    headline: str
    stories: Mapping[str, ScenarioStory]

    def story(self, name: str) -> ScenarioStory:
        """Return the scenario called *name*. Raises `AssertionError` if the page has none."""
        assert name in self.stories, f"evidence.html has no scenario {name!r}, only {', '.join(self.stories)}"
        return self.stories[name]


def requirement_of(name: str) -> Requirement:
    """Return the requirement with this id from the register."""
    return load_register(CHECKOUT)[name]


def open_report(folder: Path) -> ReportPage:
    """*folder* is that of the results."""
    title = TITLE.search((folder / "report.html").read_text(encoding="utf-8"))
    text = (folder / "evidence.html").read_text(encoding="utf-8")
    results = [json.loads(base64.b64decode(body)) for body in EMBEDDED.findall(text)]
    return ReportPage(_plain(title[1]) if title else "", {str(result["name"]): _story(result) for result in results})


def _story(result: Mapping[str, Any]) -> ScenarioStory:
    description = str(result.get("descriptionHtml", ""))
    return ScenarioStory(
        outcome=str(result["status"]),
        text=_plain(description),
        steps=tuple(step["name"] for step in result["steps"] if step["type"] == "step"),
        picture_text=" ".join(_picture_texts(description)),
        error=SPACES.sub(" ", result["error"].get("message", "")),
    )


def _picture_texts(description: str) -> Iterator[str]:
    for picture in PICTURE.findall(description):
        yield _plain(base64.b64decode(picture).decode())


def _plain(markup: str) -> str:
    return SPACES.sub(" ", html.unescape(MARKUP.sub(" ", markup))).strip()
