"""What the report shows beside the steps: to the running scenario, or to the run as a whole when none is running."""

import base64
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import allure
from allure_commons.types import AttachmentType

from support.behave_runtime.recording import recording
from support.measure.ledger import Ledger
from support.reporting.tables import table

# a picture follows the theme of the report, of which the frame around a description tells its images nothing
_PICTURE_STYLE = "<style>img{max-width:100%}[data-theme=dark] img{color-scheme:dark}</style>"


def attach_text(name: str, text: str) -> None:
    _attach(name, text, AttachmentType.TEXT)


def attach_table(name: str, rows: Sequence[Mapping[str, object]]) -> None:
    """One row a mapping, all with the headings of the first."""
    _attach(name, table(rows), AttachmentType.HTML)


def keep_account(ledger: Ledger) -> None:
    """Give the scenario's loss ledger to the verdict, and show it."""
    told = ledger.as_event()
    recording().journal.write("ledger", scenario=recording().scenario, **told)
    attach_table("Loss ledger", [told])
    if ledger.lost() or ledger.unexpected():
        attach_text("What was lost or unexpected", "\n".join([*ledger.lost(), *ledger.unexpected()]))


def show_picture(name: str, svg: str) -> None:
    """Show *svg* on the running scenario's page without a click, and attach it to be opened alone."""
    _attach(name, svg, AttachmentType.SVG)
    source = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
    show: Any = allure.dynamic.description_html
    show(f'<p><img alt="{escape(name)}" src="{source}"></p>{_PICTURE_STYLE}')


def _attach(name: str, body: str, kind: AttachmentType) -> None:
    attach = allure.attach if recording().scenario else allure.global_attach
    attach(body, name, kind)
