"""What a run looks like while it goes on: headings, a line for each scenario, and what went wrong below it."""

import textwrap
from collections.abc import Iterator

from support.gate.output.terminal import Paint
from support.gate.selection.scenarios import Selected
from support.gate.verdict.outcome import Outcome

WORD = {Outcome.PASSED: "ok"}
WIDTH = max(len(outcome) for outcome in Outcome)


class Tale:
    """The lines of one process, in its own order; *name* stands before each when several are told at once."""

    def __init__(self, paint: Paint, name: str = "") -> None:
        self._paint = paint
        self._name = f"{name}| " if name else ""
        self._told: list[str | None] = [None, None]

    def headings(self, scenario: Selected) -> Iterator[str]:
        """Feature and rule of *scenario*, if they are not those that were told last."""
        for depth, heading in enumerate((scenario.feature, scenario.rule)):
            if heading != self._told[depth]:
                self._told[depth:] = [heading] + [None] * (1 - depth)
                if heading:
                    yield ("" if depth or self._name else "\n") + self.said("  " * depth + self._paint.strong(heading))

    def end(self, scenario: Selected, outcome: Outcome, reason: str, duration_s: float) -> Iterator[str]:
        word = self._paint.outcome(outcome, f"{WORD.get(outcome, outcome):<{WIDTH}}")
        yield self.said(f"    {word} {duration_s:6.2f} s  {scenario.name}")
        if outcome is not Outcome.PASSED:
            yield self.said(textwrap.indent(reason, " " * (WIDTH + 15)))

    def said(self, text: str) -> str:
        return textwrap.indent(text, self._paint.faint(self._name)) if self._name else text
