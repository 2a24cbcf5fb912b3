"""What plain behave shows in the terminal: the same as the gate does."""

from typing import IO

from behave.formatter.base import Formatter, StreamOpener

from support.behave_runtime.recorder import Story
from support.gate.output.console_progress import ScenarioLines
from support.gate.output.terminal import Paint
from support.gate.selection.behave_model import Configuration


class ProgressFormatter(Formatter):
    """One line for each scenario, with its outcome once that is final."""

    def __init__(self, stream_opener: StreamOpener, config: Configuration) -> None:
        super().__init__(stream_opener, config)  # type: ignore[no-untyped-call]
        self._out: IO[str] = self.open()  # type: ignore[no-untyped-call]
        self._tale = ScenarioLines(Paint(self._out))

    def scenario_ended(self, story: Story) -> None:
        assert story.finding
        scenario, finding = story.selected, story.finding
        for line in (
            *self._tale.headings(scenario),
            *self._tale.end(scenario, finding.outcome, finding.reason, story.duration_s),
        ):
            self._out.write(line + "\n")
        self._out.flush()
