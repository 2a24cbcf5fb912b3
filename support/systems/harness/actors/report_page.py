"""The report as a person sees it: what the page itself carries, of the run and of each scenario."""

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
CARRIED = re.compile(r'\bd\("data/test-results/[^"]+"\s*,\s*"([^"]*)"')
PICTURE = re.compile(r'src="data:image/svg\+xml;base64,([^"]+)"')
MARKUP = re.compile(r"<style>.*?</style>|<[^>]+>", re.DOTALL)
SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Story:
    """What the page tells of one scenario: *told* is its text, *pictured* all words in its pictures, *error* why it failed."""

    outcome: str
    told: str
    steps: tuple[str, ...]
    pictured: str
    error: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    headline: str
    stories: Mapping[str, Story]

    def story(self, name: str) -> Story:
        """Raises `AssertionError` if the page has none of a scenario of this *name*."""
        assert name in self.stories, f"the report tells nothing of {name!r}, only of {', '.join(self.stories)}"
        return self.stories[name]


def promised_by(requirement: str) -> Requirement:
    """What the register says of it."""
    return load_register(CHECKOUT)[requirement]


def open_report(page: Path) -> ReportPage:
    text = page.read_text(encoding="utf-8")
    title = TITLE.search(text)
    results = [json.loads(base64.b64decode(body)) for body in CARRIED.findall(text)]
    return ReportPage(_plain(title[1]) if title else "", {str(result["name"]): _story(result) for result in results})


def _story(result: Mapping[str, Any]) -> Story:
    description = str(result.get("descriptionHtml", ""))
    return Story(
        outcome=str(result["status"]),
        told=_plain(description),
        steps=tuple(step["name"] for step in result["steps"] if step["type"] == "step"),
        pictured=" ".join(_drawn(description)),
        error=SPACES.sub(" ", result["error"].get("message", "")),
    )


def _drawn(description: str) -> Iterator[str]:
    for picture in PICTURE.findall(description):
        yield _plain(base64.b64decode(picture).decode())


def _plain(marked_up: str) -> str:
    return SPACES.sub(" ", html.unescape(MARKUP.sub(" ", marked_up))).strip()
