"""Tables that read well in the report."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape

_STYLE = """
:root { color-scheme: light dark }
body { font: 14px/1.4 system-ui, sans-serif; margin: 8px }
table { border-collapse: collapse }
th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; border-bottom: 1px solid #8886 }
th { opacity: .75; font-weight: 600 }
"""


def table(rows: Sequence[Mapping[str, object]]) -> str:
    """An HTML page with one table; the first row's keys are the headings."""
    headings = list(rows[0]) if rows else []
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(row.get(heading, '')))}</td>" for heading in headings) + "</tr>"
        for row in rows
    )
    return (
        f'<!doctype html><meta charset="utf-8"><style>{_STYLE}</style>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def when(at: float, began: float) -> Mapping[str, object]:
    """The unix time *at* on the clock of the pictures, which starts at *began*, and on that of the logs."""
    return {
        "second": f"{at - began:.3f}",
        "clock": datetime.fromtimestamp(at, UTC).strftime("%H:%M:%S.%f")[:-3],
    }
