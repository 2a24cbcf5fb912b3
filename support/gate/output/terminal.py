"""Colours for terminals; none for files and pipes."""

import os
from typing import IO

from support.gate.verdict.outcome import Outcome

_CODES = {
    Outcome.PASSED: "32",
    Outcome.FAILED: "1;31",
    Outcome.FLAKY: "31",
    Outcome.INCONCLUSIVE: "1;33",
    Outcome.BROKEN: "1;35",
    Outcome.NOT_APPLICABLE: "36",
}


class Paint:
    """Colours text for *stream* if that is a terminal and NO_COLOR is not set."""

    def __init__(self, stream: IO[str]) -> None:
        self._on = stream.isatty() and "NO_COLOR" not in os.environ

    def outcome(self, outcome: Outcome, text: str) -> str:
        return self._in(_CODES[outcome], text)

    def strong(self, text: str) -> str:
        return self._in("1", text)

    def faint(self, text: str) -> str:
        return self._in("2", text)

    def _in(self, code: str, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self._on else text
