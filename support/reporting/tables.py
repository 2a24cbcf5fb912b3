"""Tables that read well in the report."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from support.core.templates import render

TEMPLATE = Path(__file__).with_name("table.html")


def table(rows: Sequence[Mapping[str, object]]) -> str:
    """An HTML page with one table; the first row's keys are the headings."""
    return render(TEMPLATE, headings=list(rows[0]) if rows else [], rows=rows)


def when(at: float, began: float) -> Mapping[str, object]:
    """The unix time *at* on the clock of the pictures, which starts at *began*, and on that of the logs."""
    return {
        "second": f"{at - began:.3f}",
        "clock": datetime.fromtimestamp(at, UTC).strftime("%H:%M:%S.%f")[:-3],
    }
