"""What a run recorded of scenarios, for readers: steps, picture, tables and logs, from the files of its Allure results."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import msgspec

TEXT_LENGTH = 40_000  # characters shown of a log: its begin, and more of its end
ROWS = 200  # shown of a table


@dataclass(frozen=True, slots=True)
class Step:
    """*status* is passed, failed, broken or skipped."""

    words: str
    status: str


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A table with *headings* and *rows*, or a *text*; *left_out* says what is not shown of it."""

    name: str
    headings: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    text: str = ""
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """*picture* is SVG; empty if there is none."""

    steps: Sequence[Step] = ()
    picture: str = ""
    exhibits: Sequence[Exhibit] = ()


class _Attachment(msgspec.Struct):
    name: str
    source: str
    type: str = ""


class _Label(msgspec.Struct):
    name: str
    value: str


class _Step(msgspec.Struct):
    name: str = ""
    status: str = ""
    attachments: list[_Attachment] = []
    steps: "list[_Step]" = []


class _Result(_Step):
    labels: list[_Label] = []


def read_evidence(allure_results: Path, wanted: Container[str]) -> Mapping[str, Evidence]:
    """By the ids of scenarios, for those that are *wanted*. What cannot be read is left out: the verdict tells of it."""
    found = {}
    for path in sorted(allure_results.glob("*-result.json")):
        try:
            result = msgspec.json.decode(path.read_bytes(), type=_Result)
        except (msgspec.DecodeError, UnicodeDecodeError, OSError):
            continue
        names = [label.value for label in result.labels if label.name == "scenario" and label.value in wanted]
        found.update({name: _evidence(result, allure_results) for name in names})
    return found


def _evidence(result: _Result, folder: Path) -> Evidence:
    picture, exhibits = "", []
    for attachment in _attachments(result):
        try:
            body = (folder / attachment.source).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if attachment.type == "image/svg+xml":
            picture = picture or body
        elif attachment.type == "text/html":
            exhibits.append(_table(attachment.name, body))
        elif attachment.type.startswith("text/") or attachment.type == "application/json":
            exhibits.append(_text(attachment.name, body))
    return Evidence([Step(one.name, one.status) for one in result.steps], picture, exhibits)


def _attachments(part: _Step) -> Iterator[_Attachment]:
    yield from part.attachments
    for step in part.steps:
        yield from _attachments(step)


def _table(name: str, page: str) -> Exhibit:
    reader = _TableReader()
    reader.feed(page)
    reader.close()
    headings, *rows = reader.rows or [[]]
    more = len(rows) - ROWS
    shown = [*rows[: ROWS // 2], *rows[-ROWS // 2 :]] if more > 0 else rows
    return Exhibit(name, headings, shown, left_out=f"{more:,} rows in the middle are left out" if more > 0 else "")


def _text(name: str, body: str) -> Exhibit:
    more = len(body) - TEXT_LENGTH
    if more <= 0:
        return Exhibit(name, text=body)
    begin = TEXT_LENGTH // 4
    text = f"{body[:begin]}\n...\n{body[-(TEXT_LENGTH - begin) :]}"
    return Exhibit(name, text=text, left_out=f"{more:,} characters in the middle are left out")


class _TableReader(HTMLParser):
    """The texts of the cells of all tables on a page."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  the parser's signature
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] += data
