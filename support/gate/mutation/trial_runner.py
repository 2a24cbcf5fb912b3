"""Runs trials: each is a gate process with parts of its own; several run in parallel."""

import json
import subprocess
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from support.core.environment import users_environment
from support.environments.programs import dying_with_parent
from support.gate.execution.work_order import expected_durations
from support.gate.history.times import recorded
from support.gate.mutation.mutated_systems import MutatedSystems
from support.gate.mutation.trial import Expected, Failure, Trial, TrialResult, evaluate_trial, plan_trials
from support.gate.selection.scenarios import Selected
from support.gate.verdict.outcome import Outcome
from support.systems.protocol import Variant


@dataclass(frozen=True, slots=True)
class GateRun:
    outcomes: Mapping[str, Outcome]
    failures: Mapping[str, Failure]
    troubles: tuple[str, ...]
    duration_s: float


@dataclass(frozen=True, slots=True)
class TrialRunner:
    """*options* are behave's, passed on to each run; *folder* holds a folder of results for each trial.

    *baseline* holds the results of the unchanged systems, with the times of their scenarios.
    """

    systems: MutatedSystems
    options: tuple[str, ...]
    folder: Path
    baseline: Path

    def judge(self, scenarios: Sequence[str], variant: str = "") -> GateRun:
        """Judge *scenarios* on *variant*; without one, on the unchanged systems."""
        results = self.folder / variant if variant else self.baseline
        began = time.monotonic()
        command = [
            *(sys.executable, "-m", "support.gate", "run", *self.options),
            *(("--workers", "1") if variant else ()),  # there are as many gates as processors already
            *("-D", f"results={results}", "-D", "report=no", "-D", "backend=embedded"),
            *self.systems.options(variant),
            *(f"features/{scenario}" for scenario in sorted(scenarios)),  # sorted, so that behave reads each file once
        ]
        environment = {**users_environment(), **self.systems.environment(variant)}
        results.mkdir(parents=True, exist_ok=True)
        with (results / "gate.log").open("wb") as log:
            status = subprocess.run(
                dying_with_parent(command, "TERM"), env=environment, stdout=log, stderr=log, check=False
            ).returncode
        outcomes, failures, troubles = _read_verdict(results / "verdict.json", status)
        return GateRun(outcomes, failures, troubles, time.monotonic() - began)

    def plan(
        self,
        scenarios: Sequence[Selected],
        variants: Iterable[Variant],
        expected: Mapping[str, Sequence[Expected]] = MappingProxyType({}),
        steps: Mapping[str, Collection[str]] = MappingProxyType({}),
    ) -> list[Trial]:
        """The trials, by the times that the scenarios last took on the unchanged systems. The rest as in `plan_trials`."""
        seconds = expected_durations(scenarios, recorded(self.baseline))
        return plan_trials(scenarios, variants, seconds, self.systems.places, expected, steps)

    def run_trial(self, trial: Trial) -> TrialResult:
        """Of the scenarios that are to be tried first, and of all if these do not show all that is expected."""
        result = self._run(trial.quick)
        return result if trial.quick == trial or result.shows_all else self._run(trial)

    def _run(self, trial: Trial) -> TrialResult:
        run = self.judge((*trial.own, *trial.bystanders), trial.name)
        return evaluate_trial(trial, run.outcomes, run.troubles, run.duration_s, run.failures)

    def run_trials(self, trials: Sequence[Trial], parallel: int) -> Iterator[TrialResult]:
        """The results as they come, the longest trials started first.

        Other trials load the machine, which can make a scenario inconclusive; such a trial is repeated alone at the end.
        """
        retries = []
        with ThreadPoolExecutor(parallel) as pool:
            longest_first = sorted(trials, key=lambda trial: -trial.seconds)
            pending = [pool.submit(self.run_trial, trial) for trial in longest_first]
            try:
                for done in as_completed(pending):
                    result = done.result()
                    if result.needs_retry:
                        retries.append(result.trial)
                    else:
                        yield result
            finally:
                for future in pending:
                    future.cancel()
        yield from map(self.run_trial, retries)


def _read_verdict(path: Path, status: int) -> tuple[dict[str, Outcome], dict[str, Failure], tuple[str, ...]]:
    try:
        verdict = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return (
            {},
            {},
            (f"the gate ended with exit status {status} and wrote no verdict; see {path.with_name('gate.log')}",),
        )
    outcomes = {one["id"]: Outcome(one["outcome"]) for one in verdict["scenarios"]}
    failures = {
        one["id"]: Failure(one["failed_at"], one["missed_times"]) for one in verdict["scenarios"] if one["failed_at"]
    }
    return outcomes, failures, tuple(verdict["troubles"])
