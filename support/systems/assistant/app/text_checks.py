"""Security checks of what people wrote, whatever its shape: nesting, scripts, control characters."""

import re
from collections.abc import Iterator

from support.systems.assistant.app.mistakes import Location, Mistake, mistake

DEEPEST = 10
SCRIPT = re.compile(r"(?i)<\s*/?\s*script|javascript\s*:|\$\{|\{\{")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # line breaks and tabs are allowed


def check_texts(value: object, at: Location = ()) -> Iterator[tuple[Location, Mistake]]:
    """Every mistake with its location, at most one for each name or text."""
    if isinstance(value, dict | list):
        if len(at) >= DEEPEST:
            yield at, mistake(at, value, f"it is nested deeper than {DEEPEST} levels", "write it flatter")
            return
        for part, inner in value.items() if isinstance(value, dict) else enumerate(value):
            here = (*at, part)
            wrong = _wrong_text(part)
            if wrong:
                yield here, mistake(here, inner, f"its name {wrong}", "choose a name of letters, digits and _")
            else:
                yield from check_texts(inner, here)
    else:
        wrong = _wrong_text(value)
        if wrong:
            yield at, mistake(at, value, f"it {wrong}", "write plain text")


def _wrong_text(text: object) -> str:
    if not isinstance(text, str):
        return ""
    if SCRIPT.search(text):
        return "looks like a script"
    return "holds control characters" if UNPRINTABLE.search(text) else ""
