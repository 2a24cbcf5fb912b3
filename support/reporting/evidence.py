"""Attachments of the report. They belong to the running scenario, or to the whole run between scenarios."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import allure
from allure_commons.types import AttachmentType
from markupsafe import Markup

from support.behave_runtime.recording import recording
from support.measure.ledger import Ledger
from support.reporting.tables import table

# pictures have to follow the theme of the report, which the frame around a description does not pass on to its images
_PICTURE_STYLE = Markup("<style>img{max-width:100%}[data-theme=dark] img{color-scheme:dark}</style>")


def attach_text(name: str, text: str) -> None:
    _attach(name, text, AttachmentType.TEXT)


def attach_table(name: str, rows: Sequence[Mapping[str, object]]) -> None:
    """One row for each mapping; the keys of the first are the headings."""
    _attach(name, table(rows), AttachmentType.HTML)


def record_ledger(ledger: Ledger) -> None:
    """Write the scenario's loss ledger to the journal, for the verdict, and attach it."""
    counts = ledger.as_event()
    recording().journal.write("ledger", scenario=recording().scenario, **counts)
    attach_table("Loss ledger", [counts])
    if ledger.lost() or ledger.unexpected():
        attach_text("What was lost or unexpected", "\n".join([*ledger.lost(), *ledger.unexpected()]))


def show_picture(name: str, svg: str) -> None:
    """Show *svg* in the description of the running scenario, and attach it as well."""
    _attach(name, svg, AttachmentType.SVG)
    source = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
    show: Any = allure.dynamic.description_html
    show(Markup('<p><img alt="{}" src="{}"></p>').format(name, source) + _PICTURE_STYLE)


def _attach(name: str, body: str, kind: AttachmentType) -> None:
    attach = allure.attach if recording().scenario else allure.global_attach
    attach(body, name, kind)
