"""Follows behave's run scenario by scenario, and writes down what became of each as soon as that is final."""

import os
import platform
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from support.behave_runtime.recording import Recording
from support.core.journal import Event
from support.gate.selection.behave_model import Scenario
from support.gate.selection.scenarios import Selected, describe
from support.gate.verdict.fault_windows import FaultWindow, fault_windows
from support.gate.verdict.outcome import Finding, Kind, Outcome, Trouble, harness_trouble, judge, step_trouble

UNFINISHED_STEPS = {"undefined": "there is no such step", "pending": "this step is not written yet"}
UNFINISHED_STEPS |= {"pending_warn": UNFINISHED_STEPS["pending"]}


@dataclass(slots=True)
class Story:
    """One scenario while it is told. *finding* stays None until the scenario is over, clean-ups included."""

    selected: Selected
    troubles: list[Trouble] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)  # what was raised, for the report's trace
    windows: list[FaultWindow] = field(default_factory=list)
    figures: list[Event] = field(default_factory=list)
    finding: Finding | None = None
    duration_s: float = 0.0

    @property
    def trace(self) -> str:
        return "\n".join("".join(traceback.format_exception(error)) for error in self.errors)


class Recorder:
    """Told of every selected scenario, hook, clean-up and of the run's end; see `seam`."""

    def __init__(self, recording: Recording, scenarios: Sequence[Scenario]) -> None:
        self.journal = recording.journal
        self._recording = recording
        self.run_troubles: list[Trouble] = []
        self._stories = {id(scenario): Story(describe(scenario)) for scenario in scenarios}
        self._scenarios = scenarios
        self._ours = list(scenarios)
        self._one_of_several = False
        self._now: Story | None = None

    def start(self) -> None:
        self.journal.write(
            "run-started",
            pid=os.getpid(),
            seed=self._recording.settings.seed,
            argv=sys.argv,
            python=platform.python_version(),
            selected=[story.selected.as_event() for story in self._stories.values()],
        )

    def start_as_one_of_several(self) -> None:
        """The gate has told of the run; ours are only the scenarios of the files that we `take`."""
        self._ours, self._one_of_several = [], True
        self.journal.write("process-started", pid=os.getpid(), python=platform.python_version())

    @property
    def files(self) -> dict[str, list[Scenario]]:
        """The selected scenarios by their file's path below features/."""
        files: dict[str, list[Scenario]] = {}
        for scenario in self._scenarios:
            files.setdefault(self._stories[id(scenario)].selected.file, []).append(scenario)
        return files

    def take(self, file: str) -> list[Scenario]:
        """Make the scenarios of *file* ours, to be told of whatever becomes of them."""
        taken = self.files[file]
        self.journal.write("file-taken", file=file)
        self._ours += taken
        return taken

    def story(self, scenario: Scenario) -> Story | None:
        """None for a scenario that was not selected."""
        return self._stories.get(id(scenario))

    @contextmanager
    def telling(self, scenario: Scenario) -> Iterator[None]:
        """Around behave's whole handling of a scenario, hooks and clean-ups included."""
        if (story := self.story(scenario)) is None:
            yield
            return
        self.journal.write("scenario-started", scenario=story.selected.id)
        self._recording.scenario = story.selected.id
        self._now, first, began = story, len(self.journal.events), time.monotonic()
        try:
            yield
        except BaseException as error:
            story.troubles.append(harness_trouble("the run", error))
            story.errors.append(error)
            raise
        finally:
            self._now = self._recording.scenario = None
            story.duration_s = time.monotonic() - began
            events = self.journal.events[first:]
            story.windows = fault_windows(events)
            story.figures = [event for event in events if event["event"] == "figure"]
            self._collect(scenario, story)
            self._close(story, scenario.status.name, judge(scenario.status.name, scenario.skip_reason, story.troubles))

    def error(self, where: str, error: BaseException) -> None:
        """A hook or a clean-up raised *error*: the running scenario's trouble, or the run's."""
        trouble = harness_trouble(where, error)
        if self._now:
            self._now.troubles.append(trouble)
            self._now.errors.append(error)
        else:
            self.run_troubles.append(trouble)
            self.journal.write("run-trouble", where=where, message=trouble.message, kind=trouble.kind.name.lower())

    def finish(self, status: str, reason: str = "") -> list[Scenario]:
        """Close the journal of a run that ended as *status*. Returns the scenarios that were never run."""
        missing = [scenario for scenario in self._ours if self._stories[id(scenario)].finding is None]
        for scenario in missing:
            why = f"not run: {reason or _why_not_run(scenario)}"
            self._close(self._stories[id(scenario)], scenario.status.name, Finding(Outcome.BROKEN, why))
        self.journal.write("run-ended", status=status, reason=reason)
        return missing

    @property
    def red(self) -> bool:
        """Whether behave has to end with an error: something is not right, or nothing was shown at all."""
        outcomes = {story.finding.outcome for story in self._stories.values() if story.finding}
        shown = Outcome.PASSED in outcomes or self._one_of_several
        return bool(self.run_troubles) or not shown or not outcomes <= {Outcome.PASSED, Outcome.NOT_APPLICABLE}

    def _collect(self, scenario: Scenario, story: Story) -> None:
        for step in scenario.all_steps:
            where = f"{step.keyword} {step.name}"
            status = step.status.name
            if status in UNFINISHED_STEPS:
                story.troubles.append(Trouble(Kind.HARNESS, where, UNFINISHED_STEPS[status]))
            elif step.exception and not any(step.exception is known for known in story.errors):
                story.troubles.append(step_trouble(where, step.exception))
                story.errors.append(step.exception)
        if all(trouble.kind is Kind.PROMISE for trouble in story.troubles):  # else the desk has told why already
            story.troubles += [
                Trouble(Kind.DOUBT, "a fault without receipt", str(window))
                for window in story.windows
                if not window.receipt
            ]

    def _close(self, story: Story, status: str, finding: Finding) -> None:
        story.finding = finding
        self.journal.write(
            "scenario-ended",
            scenario=story.selected.id,
            status=status,
            outcome=finding.outcome,
            reason=finding.reason,
            duration_s=story.duration_s,
        )


def _why_not_run(scenario: Scenario) -> str:
    node = scenario
    while (node := getattr(node, "parent", None)) is not None:
        if node.error_message:
            return str(node.error_message).strip().removeprefix("HOOK-ERROR in ")
    return "the run ended before it"
