"""allure-behave (2.16.2), corrected.

The original omits scenarios in rules, crashes on their tables, and shows failed hooks and clean-ups as skipped or passed. Here a
result is closed only when the recorder knows the outcome of the scenario.
"""

import time
import uuid
from pathlib import Path
from typing import Any

import allure_commons
from allure_behave.formatter import AllureFormatter
from allure_behave.listener import AllureListener
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import Label, Status, StatusDetails
from allure_commons.types import AttachmentType
from behave.formatter.base import Formatter, StreamOpener

from support.behave_runtime.recorder import Recorder, ScenarioRecord
from support.core.amounts import span
from support.core.printable import printable
from support.gate.selection.behave_model import Configuration, Feature, Match, Scenario, Step
from support.gate.selection.register import Register
from support.gate.verdict.fault_windows import FaultWindow
from support.gate.verdict.outcome import Outcome
from support.reporting.labels import description, file_under
from support.reporting.tables import table

STATUS = {
    Outcome.PASSED: Status.PASSED,
    Outcome.FAILED: Status.FAILED,
    Outcome.INCONCLUSIVE: Status.BROKEN,
    Outcome.BROKEN: Status.BROKEN,
    Outcome.NOT_APPLICABLE: Status.SKIPPED,
}


class GateFormatter(AllureFormatter):
    """Writes to the folder of the run, and also to the folder given by `-o`, if any."""

    def __init__(self, stream_opener: StreamOpener, config: Configuration) -> None:
        Formatter.__init__(self, stream_opener, config)
        self._listener: Any = None
        self._plugins: list[object] = []

    def begin(self, recorder: Recorder, register: Register, folder: Path) -> None:
        """Start writing. Before this, and in a dry run, nothing is written."""
        self._listener = GateListener(self.config, recorder, register)
        folders = {folder.absolute()} | (
            {Path(self.stream_opener.name).absolute()} if self.stream_opener.name else set()
        )
        self._plugins = [self._listener, *(AllureFileLogger(path) for path in folders)]  # type: ignore[no-untyped-call]
        for plugin in self._plugins:
            allure_commons.plugin_manager.register(plugin)

    def uri(self, _uri: str) -> None:
        if self._listener:
            self._listener.start_file()

    def feature(self, feature: Feature) -> None:
        for scenario in feature.walk_scenarios() if self._listener else ():
            watch: Any = allure_commons.test
            scenario.run = watch(scenario.run, context={"scenario": scenario})

    def step(self, step: Step) -> None:
        if self._listener:
            self._listener.schedule_step(step)

    def match(self, match: Match) -> None:
        if self._listener:
            self._listener.match_step(match)

    def result(self, result: Step) -> None:
        if self._listener:
            self._listener.stop_behave_step(result)

    def eof(self) -> None:
        if self._listener:
            self._listener.stop_feature()

    def close(self) -> None:
        """Does nothing: behave closes its formatters before the clean-ups of the run."""

    def never_ran(self, scenario: Scenario) -> None:
        if self._listener:
            self._listener.start_file()
            self._listener.start_scenario(scenario)
            self._listener.stop_scenario(scenario)
            self._listener.stop_feature()

    def end(self) -> None:
        if self._listener:
            self._listener.report_run_troubles()
        for plugin in self._plugins:
            allure_commons.plugin_manager.unregister(plugin)


class GateListener(AllureListener):
    """Builds the result of each scenario in Allure's model."""

    logger: Any
    group_context: Any

    def __init__(self, config: Configuration, recorder: Recorder, register: Register) -> None:
        super().__init__(config)  # type: ignore[no-untyped-call]
        self._recorder = recorder
        self._register = register

    def start_scenario(self, scenario: Scenario) -> None:
        super().start_scenario(scenario)  # type: ignore[no-untyped-call]
        if record := self._recorder.record_of(scenario):
            file_under(self.logger.get_test(self.current_scenario_uuid), scenario, record.selected, self._register)

    def stop_scenario(self, scenario: Scenario) -> None:
        self._end_open_step()
        self.flush_steps()  # type: ignore[no-untyped-call]
        record = self._recorder.record_of(scenario)
        if record and record.finding:
            self._report(scenario, record)
            self.logger.close_test(self.current_scenario_uuid)
            self.group_context.append_test(self.current_scenario_uuid)
        else:
            self.logger.drop_test(self.current_scenario_uuid)
        self.group_context.exit()
        self.current_step_uuid = self.current_scenario_uuid = None

    def report_run_troubles(self) -> None:
        for trouble in self._recorder.run_troubles:
            allure_commons.plugin_manager.hook.global_error(message=str(trouble), trace="")

    def _report(self, scenario: Scenario, record: ScenarioRecord) -> None:
        assert record.finding
        outcome, reason = record.finding.outcome, record.finding.reason
        test = self.logger.get_test(self.current_scenario_uuid)
        test.stop, test.status = _now(), STATUS[outcome]
        _make_printable(test)
        test.labels.append(Label("outcome", outcome.value))
        if outcome is not Outcome.PASSED:
            test.statusDetails = StatusDetails(message=f"{outcome.value}: {reason}", trace=record.trace)
        test.description = None  # the HTML contains it
        test.descriptionHtml = description(scenario, record, self._register, picture=test.descriptionHtml or "")
        if record.windows:
            self.logger.attach_data(
                str(uuid.uuid4()),
                table([_row(window) for window in record.windows]),
                name="Faults in force",
                attachment_type=AttachmentType.HTML,
                parent_uuid=self.current_scenario_uuid,
            )

    def _end_open_step(self) -> None:
        """Close a step that behave has not finished."""
        if self.current_step_uuid and self.logger.get_item(self.current_step_uuid):
            self.logger.stop_step(self.current_step_uuid, stop=_now(), status=Status.BROKEN)


def _make_printable(item: Any) -> None:
    """What Allure has recorded of the steps below *item*: the writer of the results fails for a lone surrogate."""
    for step in item.steps:
        if details := step.statusDetails:
            details.message, details.trace = printable(details.message or ""), printable(details.trace or "")
        _make_printable(step)


def _row(window: FaultWindow) -> dict[str, str]:
    def in_words(seconds: float | None) -> str:
        return "never" if seconds is None else span(seconds)

    return {
        "What was broken": f"the {window.target} {window.detail}",
        "Felt after": in_words(window.felt_after_s),
        "In force for": in_words(window.in_force_s),
        "Well again after": in_words(window.healed_after_s),
        "Receipt": "yes" if window.receipt else "NO" + "".join(f": {doubt}" for doubt in window.doubts),
    }


def _now() -> int:
    """Unix time in milliseconds."""
    return int(time.time() * 1000)
