"""What the report shows beside the steps: to the running scenario, or to the run as a whole when none is running."""

import json
from collections.abc import Mapping, Sequence

import allure
from allure_commons.types import AttachmentType

from support.reporting.current import recording
from support.reporting.tables import table


def attach_text(name: str, text: str) -> None:
    _attach(name, text, AttachmentType.TEXT)


def attach_json(name: str, value: object) -> None:
    """*value* is anything that JSON can hold; what it cannot hold is told as text."""
    _attach(name, json.dumps(value, indent=2, ensure_ascii=False, default=str), AttachmentType.JSON)


def attach_table(name: str, rows: Sequence[Mapping[str, object]]) -> None:
    """One row a mapping, all with the headings of the first."""
    _attach(name, table(rows), AttachmentType.HTML)


def _attach(name: str, body: str, kind: AttachmentType) -> None:
    attach = allure.attach if recording().scenario else allure.global_attach
    attach(body, name, kind)
