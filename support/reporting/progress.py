"""What a run looks like in the terminal: a line for each scenario, with what went wrong below it."""

import textwrap
from typing import IO

from behave.formatter.base import Formatter, StreamOpener

from support.gate.model import Configuration
from support.gate.outcome import Outcome
from support.gate.terminal import Paint
from support.reporting.recorder import Story

WORD = {Outcome.PASSED: "ok"}
WIDTH = max(len(outcome) for outcome in Outcome)


class ProgressFormatter(Formatter):
    """One line for each scenario, with its outcome once that is final."""

    def __init__(self, stream_opener: StreamOpener, config: Configuration) -> None:
        super().__init__(stream_opener, config)  # type: ignore[no-untyped-call]
        self._out: IO[str] = self.open()  # type: ignore[no-untyped-call]
        self._paint = Paint(self._out)
        self._told: list[str | None] = [None, None]

    def scenario_ended(self, story: Story) -> None:
        assert story.finding
        outcome = story.finding.outcome
        for depth, heading in enumerate((story.selected.feature, story.selected.rule)):
            if heading != self._told[depth]:
                self._told[depth:] = [heading] + [None] * (1 - depth)
                if heading:
                    self._say(("" if depth else "\n") + "  " * depth + self._paint.strong(heading))
        word = self._paint.outcome(outcome, f"{WORD.get(outcome, outcome):<{WIDTH}}")
        self._say(f"    {word} {story.duration_s:6.2f} s  {story.selected.name}")
        if outcome is not Outcome.PASSED:
            self._say(textwrap.indent(story.finding.reason, " " * (WIDTH + 15)))

    def _say(self, text: str) -> None:
        self._out.write(text + "\n")
        self._out.flush()
