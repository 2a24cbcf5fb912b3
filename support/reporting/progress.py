"""The terminal output of plain behave; it is the same as that of the gate."""

from typing import IO

from behave.formatter.base import Formatter, StreamOpener

from support.behave_runtime.recorder import ScenarioRecord
from support.gate.output.console_progress import ScenarioLines
from support.gate.output.terminal import Paint
from support.gate.selection.behave_model import Configuration


class ProgressFormatter(Formatter):
    """One line for each scenario, written once its outcome is final."""

    def __init__(self, stream_opener: StreamOpener, config: Configuration) -> None:
        super().__init__(stream_opener, config)  # type: ignore[no-untyped-call]
        self._out: IO[str] = self.open()  # type: ignore[no-untyped-call]
        self._tale = ScenarioLines(Paint(self._out))

    def scenario_ended(self, record: ScenarioRecord) -> None:
        assert record.finding
        scenario, finding = record.selected, record.finding
        for line in (
            *self._tale.headings(scenario),
            *self._tale.end(scenario, finding.outcome, finding.reason, record.duration_s),
        ):
            self._out.write(line + "\n")
        self._out.flush()
