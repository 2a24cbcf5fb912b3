"""Follows a run of behave, and writes the outcome of each scenario to the journal as soon as it is final."""

import os
import platform
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from support.behave_runtime.alike import why_enough
from support.behave_runtime.recording import Recording
from support.core.bounds import missed_times
from support.core.journal import Event
from support.core.printable import printable
from support.gate.selection.behave_model import Scenario
from support.gate.selection.scenarios import Selected, describe
from support.gate.verdict.fault_windows import FaultWindow, fault_windows
from support.gate.verdict.outcome import Finding, Kind, Outcome, Trouble, harness_trouble, judge, step_trouble

UNFINISHED_STEPS = {"undefined": "there is no such step", "pending": "this step is not written yet"}
UNFINISHED_STEPS |= {"pending_warn": UNFINISHED_STEPS["pending"]}


@dataclass(slots=True)
class ScenarioRecord:
    """What is known of one scenario. *finding* is None until the scenario and its clean-ups are over.

    *broken_at*: at which step the promise was broken, and how many times a bound was missed, for the journal.
    """

    selected: Selected
    troubles: list[Trouble] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)  # for the trace in the report
    windows: list[FaultWindow] = field(default_factory=list)
    figures: list[Event] = field(default_factory=list)
    broken_at: dict[str, object] = field(default_factory=dict)
    finding: Finding | None = None
    duration_s: float = 0.0

    @property
    def trace(self) -> str:
        return printable("\n".join("".join(traceback.format_exception(error)) for error in self.errors))


class Recorder:
    """Records every selected scenario, hook, clean-up and the end of the run; `support.behave_runtime.hooks` calls it."""

    def __init__(self, recording: Recording, scenarios: Sequence[Scenario]) -> None:
        self.journal = recording.journal
        self._recording = recording
        self.run_troubles: list[Trouble] = []
        self._records = {id(scenario): ScenarioRecord(describe(scenario)) for scenario in scenarios}
        self._scenarios = scenarios
        self._own = list(scenarios)
        self._one_of_several = False
        self._current: ScenarioRecord | None = None

    def start(self) -> None:
        self.journal.write(
            "run-started",
            pid=os.getpid(),
            seed=self._recording.settings.seed,
            argv=sys.argv,
            python=platform.python_version(),
            selected=[record.selected.as_event() for record in self._records.values()],
        )

    def start_as_one_of_several(self) -> None:
        """For a worker: the gate has recorded the run already, and this process runs only the files that it takes."""
        self._own, self._one_of_several = [], True
        self.journal.write("process-started", pid=os.getpid(), python=platform.python_version())

    @property
    def files(self) -> dict[str, list[Scenario]]:
        """The selected scenarios by their file's path below features/."""
        files: dict[str, list[Scenario]] = {}
        for scenario in self._scenarios:
            files.setdefault(self._records[id(scenario)].selected.file, []).append(scenario)
        return files

    def take(self, file: str) -> list[Scenario]:
        """Take over *file*: from now on this process records its scenarios, even those that will not run."""
        taken = self.files[file]
        self.journal.write("file-taken", file=file)
        self._own += taken
        return taken

    def record_of(self, scenario: Scenario) -> ScenarioRecord | None:
        """None for a scenario that was not selected."""
        return self._records.get(id(scenario))

    def why_enough(self, scenario: Scenario) -> str:
        """Why *scenario* is not run: enough examples of its outline have failed alike; empty when it is."""
        if getattr(scenario, "_row", None) is None:
            return ""
        beside = [self._records[id(one)] for one in self._own if one.parent is scenario.parent]
        return why_enough([(record.finding, record.duration_s) for record in beside if record.finding])

    @contextmanager
    def record(self, scenario: Scenario) -> Iterator[None]:
        """Wraps everything that behave does for a scenario, including hooks and clean-ups."""
        if (record := self.record_of(scenario)) is None:
            yield
            return
        self.journal.write("scenario-started", scenario=record.selected.id)
        self._recording.scenario = record.selected.id
        self._current, first, began = record, len(self.journal.events), time.monotonic()
        self._recording.scenario_began = began
        try:
            yield
        except BaseException as error:
            record.troubles.append(harness_trouble("the run", error))
            record.errors.append(error)
            raise
        finally:
            self._current = self._recording.scenario = None
            record.duration_s = time.monotonic() - began
            events = self.journal.events[first:]
            record.windows = fault_windows(events)
            record.figures = [event for event in events if event["event"] == "figure"]
            self._collect(scenario, record)
            self._close(
                record, scenario.status.name, judge(scenario.status.name, scenario.skip_reason, record.troubles)
            )

    def error(self, where: str, error: BaseException) -> None:
        """A hook or a clean-up raised *error*. It counts for the running scenario, or else for the run."""
        trouble = harness_trouble(where, error)
        if self._current:
            self._current.troubles.append(trouble)
            self._current.errors.append(error)
        else:
            self.run_troubles.append(trouble)
            self.journal.write("run-trouble", where=where, message=trouble.message, kind=trouble.kind.name.lower())

    def finish(self, status: str, reason: str = "") -> list[Scenario]:
        """Record the end of a run that ended as *status*. Returns the scenarios that were never run."""
        missing = [scenario for scenario in self._own if self._records[id(scenario)].finding is None]
        for scenario in missing:
            why = f"not run: {reason or _why_not_run(scenario)}"
            self._close(self._records[id(scenario)], scenario.status.name, Finding(Outcome.BROKEN, why))
        self.journal.write("run-ended", status=status, reason=reason)
        return missing

    @property
    def red(self) -> bool:
        """Whether behave has to end with an error: something is wrong, or nothing has passed."""
        outcomes = {record.finding.outcome for record in self._records.values() if record.finding}
        passed = Outcome.PASSED in outcomes or self._one_of_several
        return bool(self.run_troubles) or not passed or not outcomes <= {Outcome.PASSED, Outcome.NOT_APPLICABLE}

    def _collect(self, scenario: Scenario, record: ScenarioRecord) -> None:
        for step in scenario.all_steps:
            where = f"{step.keyword} {step.name}"
            status = step.status.name
            if status in UNFINISHED_STEPS:
                record.troubles.append(Trouble(Kind.HARNESS, where, UNFINISHED_STEPS[status]))
            elif step.exception and not any(step.exception is known for known in record.errors):
                trouble = step_trouble(where, step.exception)
                record.troubles.append(trouble)
                if trouble.kind is Kind.PROMISE:
                    record.broken_at = {"failed_at": step.name, "missed_times": missed_times(step.exception)}
                record.errors.append(step.exception)
        # after any other trouble the desk has already recorded why a receipt is missing
        if all(trouble.kind is Kind.PROMISE for trouble in record.troubles):
            record.troubles += [
                Trouble(Kind.DOUBT, "a fault without receipt", str(window))
                for window in record.windows
                if not window.receipt
            ]

    def _close(self, record: ScenarioRecord, status: str, finding: Finding) -> None:
        record.finding = finding
        self.journal.write(
            "scenario-ended",
            scenario=record.selected.id,
            status=status,
            outcome=finding.outcome,
            reason=finding.reason,
            duration_s=record.duration_s,
            **record.broken_at,
        )


def _why_not_run(scenario: Scenario) -> str:
    node = scenario
    while (node := getattr(node, "parent", None)) is not None:
        if node.error_message:
            return str(node.error_message).strip().removeprefix("HOOK-ERROR in ")
    return "the run ended before it"
