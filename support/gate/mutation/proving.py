"""Runs the trials, each as a gate of its own with parts of its own, a few side by side."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from support.environments.programs import dying_with_parent
from support.gate.execution.work_order import expected
from support.gate.history.times import recorded
from support.gate.mutation.mutated_systems import MutatedSystems
from support.gate.mutation.trial import Result, Trial, find, plan
from support.gate.selection.scenarios import Selected
from support.gate.verdict.outcome import Outcome
from support.systems.protocol import Variant


@dataclass(frozen=True, slots=True)
class Judged:
    outcomes: Mapping[str, Outcome]
    troubles: tuple[str, ...]
    duration_s: float


@dataclass(frozen=True, slots=True)
class Bench:
    """Where trials run: *options* are behave's, passed on to each; *folder* takes one folder of results a trial.

    *sound* takes the results of the sound system; the gate keeps there how long its scenarios took.
    """

    systems: MutatedSystems
    options: tuple[str, ...]
    folder: Path
    sound: Path

    def judge(self, name: str, scenarios: Sequence[str], *, defect: str = "") -> Judged:
        """Judge *scenarios* on the variant *defect*; without one, on the sound systems."""
        results = self.folder / name if defect else self.sound
        began = time.monotonic()
        command = [
            *(sys.executable, "-m", "support.gate", "run", *self.options),
            *(("--workers", "1") if defect else ()),  # as many gates as there are cores are at it already
            *("-D", f"results={results}", "-D", "report=no", "-D", "backend=embedded"),
            *(
                word
                for system in self.systems.all
                for word in system.options(defect if defect in system.defects.variants else "")
            ),
            *(f"features/{scenario}" for scenario in sorted(scenarios)),  # behave takes a file that comes twice for two
        ]
        environment = {**os.environ, **(self.systems.of(defect).environment(defect) if defect else {})}
        results.mkdir(parents=True, exist_ok=True)
        with (results / "gate.log").open("wb") as log:
            status = subprocess.run(
                dying_with_parent(command, "TERM"), env=environment, stdout=log, stderr=log, check=False
            ).returncode
        outcomes, troubles = _verdict(results / "verdict.json", status)
        return Judged(outcomes, troubles, time.monotonic() - began)

    def plan(self, scenarios: Sequence[Selected], variants: Iterable[Variant]) -> list[Trial]:
        """The trials, by the times that the scenarios last took on the sound system."""
        return plan(scenarios, variants, expected(scenarios, recorded(self.sound)), self.systems.places)

    def attempt(self, trial: Trial) -> Result:
        judged = self.judge(trial.name, (*trial.own, *trial.bystanders), defect=trial.name)
        return find(trial, judged.outcomes, judged.troubles, judged.duration_s)

    def attempts(self, trials: Sequence[Trial], side_by_side: int) -> Iterator[Result]:
        """The results as they come, the longest trials begun first.

        While others work a question may not be put at all; a trial that hangs on it is done again, alone, at the end.
        """
        again = []
        with ThreadPoolExecutor(side_by_side) as pool:
            longest_first = sorted(trials, key=lambda trial: -trial.seconds)
            pending = [pool.submit(self.attempt, trial) for trial in longest_first]
            try:
                for done in as_completed(pending):
                    result = done.result()
                    if result.unasked:
                        again.append(result.trial)
                    else:
                        yield result
            finally:
                for late in pending:
                    late.cancel()
        yield from map(self.attempt, again)


def _verdict(path: Path, status: int) -> tuple[dict[str, Outcome], tuple[str, ...]]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}, (f"the gate ended with status {status} and left no verdict; see {path.with_name('gate.log')}",)
    outcomes = {one["id"]: Outcome(one["outcome"]) for one in told["scenarios"]}
    return outcomes, tuple(told["troubles"])
