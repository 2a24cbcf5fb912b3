"""The lines of a run in progress: headings, one line for each scenario, and below it why it did not pass."""

import textwrap
from collections.abc import Iterator

from support.gate.output.terminal import Paint
from support.gate.selection.scenarios import Selected
from support.gate.verdict.outcome import Outcome

WORD = {Outcome.PASSED: "ok"}
WIDTH = max(len(outcome) for outcome in Outcome)


class ScenarioLines:
    """The lines of one process; *name* is put before each when several processes print at once."""

    def __init__(self, paint: Paint, name: str = "") -> None:
        self._paint = paint
        self._name = f"{name}| " if name else ""
        self._shown: list[str | None] = [None, None]

    def headings(self, scenario: Selected) -> Iterator[str]:
        """Feature and rule of *scenario*, if they are not those that were printed last."""
        for depth, heading in enumerate((scenario.feature, scenario.rule)):
            if heading != self._shown[depth]:
                self._shown[depth:] = [heading] + [None] * (1 - depth)
                if heading:
                    yield ("" if depth or self._name else "\n") + self.prefixed(
                        "  " * depth + self._paint.strong(heading)
                    )

    def end(self, scenario: Selected, outcome: Outcome, reason: str, duration_s: float) -> Iterator[str]:
        word = self._paint.outcome(outcome, f"{WORD.get(outcome, outcome):<{WIDTH}}")
        yield self.prefixed(f"    {word} {duration_s:6.2f} s  {scenario.name}")
        if outcome is not Outcome.PASSED:
            yield self.prefixed(textwrap.indent(reason, " " * (WIDTH + 15)))

    def prefixed(self, text: str) -> str:
        return textwrap.indent(text, self._paint.faint(self._name)) if self._name else text
