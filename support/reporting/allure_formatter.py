"""allure-behave made fit for a gate.

As it comes (2.16.2) it leaves out scenarios in rules, crashes on their tables, and shows failed hooks and clean-ups as
skipped or passed. Here a result is closed only when the recorder has found what became of the scenario.
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

from support.behave_runtime.recorder import Recorder, Story
from support.core.amounts import span
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
    """Writes to the run's own folder, and to the folder named by `-o` as well if behave was given one."""

    def __init__(self, stream_opener: StreamOpener, config: Configuration) -> None:
        Formatter.__init__(self, stream_opener, config)
        self._listener: Any = None
        self._plugins: list[object] = []

    def begin(self, recorder: Recorder, register: Register, folder: Path) -> None:
        """Start to listen. Before this, and in a dry run, nothing is written."""
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
        """Too early: behave closes its formatters before the run's own clean-ups are accounted for."""

    def never_ran(self, scenario: Scenario) -> None:
        if self._listener:
            self._listener.start_file()
            self._listener.start_scenario(scenario)
            self._listener.stop_scenario(scenario)
            self._listener.stop_feature()

    def end(self) -> None:
        if self._listener:
            self._listener.tell_run_troubles()
        for plugin in self._plugins:
            allure_commons.plugin_manager.unregister(plugin)


class GateListener(AllureListener):
    """Knows a result from its scenario's start to its end, in Allure's own model."""

    logger: Any
    group_context: Any

    def __init__(self, config: Configuration, recorder: Recorder, register: Register) -> None:
        super().__init__(config)  # type: ignore[no-untyped-call]
        self._recorder = recorder
        self._register = register

    def start_scenario(self, scenario: Scenario) -> None:
        super().start_scenario(scenario)  # type: ignore[no-untyped-call]
        if story := self._recorder.story(scenario):
            file_under(self.logger.get_test(self.current_scenario_uuid), scenario, story.selected, self._register)

    def stop_scenario(self, scenario: Scenario) -> None:
        self._end_open_step()
        self.flush_steps()  # type: ignore[no-untyped-call]
        story = self._recorder.story(scenario)
        if story and story.finding:
            self._tell(scenario, story)
            self.logger.close_test(self.current_scenario_uuid)
            self.group_context.append_test(self.current_scenario_uuid)
        else:
            self.logger.drop_test(self.current_scenario_uuid)
        self.group_context.exit()
        self.current_step_uuid = self.current_scenario_uuid = None

    def tell_run_troubles(self) -> None:
        for trouble in self._recorder.run_troubles:
            allure_commons.plugin_manager.hook.global_error(message=str(trouble), trace="")

    def _tell(self, scenario: Scenario, story: Story) -> None:
        assert story.finding
        outcome, reason = story.finding.outcome, story.finding.reason
        test = self.logger.get_test(self.current_scenario_uuid)
        test.stop, test.status = _now(), STATUS[outcome]
        test.labels.append(Label("outcome", outcome.value))
        if outcome is not Outcome.PASSED:
            test.statusDetails = StatusDetails(message=f"{outcome.value}: {reason}", trace=story.trace)
        test.description = None  # the HTML has it all
        test.descriptionHtml = description(scenario, story, self._register, picture=test.descriptionHtml or "")
        if story.windows:
            self.logger.attach_data(
                str(uuid.uuid4()),
                table([_row(window) for window in story.windows]),
                name="Faults in force",
                attachment_type=AttachmentType.HTML,
                parent_uuid=self.current_scenario_uuid,
            )

    def _end_open_step(self) -> None:
        """A step that behave itself did not come back from."""
        if self.current_step_uuid and self.logger.get_item(self.current_step_uuid):
            self.logger.stop_step(self.current_step_uuid, stop=_now(), status=Status.BROKEN)


def _row(window: FaultWindow) -> dict[str, str]:
    def told(seconds: float | None) -> str:
        return "never" if seconds is None else span(seconds)

    return {
        "What was broken": f"the {window.target} {window.detail}",
        "Felt after": told(window.felt_after_s),
        "In force for": told(window.in_force_s),
        "Well again after": told(window.healed_after_s),
        "Receipt": "yes" if window.receipt else "NO" + "".join(f": {doubt}" for doubt in window.doubts),
    }


def _now() -> int:
    """Milliseconds, as Allure counts."""
    return int(time.time() * 1000)
