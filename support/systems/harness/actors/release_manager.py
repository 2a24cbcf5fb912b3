"""A release manager who runs the real gate: on a release, on a candidate, or while a part of the suite fails."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from pathlib import Path

import psutil

from support.core.errors import BrokenHarnessError
from support.core.eventually import patiently
from support.environments.ports import ReservedPort
from support.systems.harness.actors.next_release import (
    CHANGES,
    NextRelease,
    TrendsPage,
    init_git,
    repeat_last_run,
    write_candidate,
)
from support.systems.harness.actors.report_page import ReportPage, open_report
from support.systems.harness.actors.sample_release import SampleRelease, write_release, write_slow_release
from support.systems.harness.actors.suite_copy import GateProcess, gate_in, output_of, suite_copy
from support.systems.harness.harness_failures import CAUSES, PROVIDER_PORT, Cause, HarnessFailure

ONE_SCENARIO = ("features/catalog/fallback_chain.feature", "--name", "The provider never answers")
TWO_SCENARIOS = ("features/catalog/credentials.feature:24", "features/catalog/provider_errors.feature:20")
DEFECT = "knows-one-rejection-only"
FELT = timedelta(seconds=60)  # includes the start of the nested run on a busy machine
DEATH_S = 10
USAGE = 64


@dataclass(frozen=True, slots=True)
class GateRun:
    """The *verdict* of a run and all *output* of the gate. "refused" stands for a run that tested nothing."""

    verdict: str
    output: str


@dataclass(frozen=True, slots=True)
class KilledRun:
    """What a killed run left: its *processes*; then the verdict of the next run, and the *folders* that were left after that."""

    processes: tuple[str, ...]
    next_verdict: str
    folders: tuple[str, ...]


class Candidate(Enum):
    """The values are the phrases of the features."""

    SOUND = "keeps its promises"
    DEFECTIVE = "does not treat error 403 as rejection"
    EXITS = "exits before it is ready"


COMMANDS = {
    Candidate.SOUND: f"{sys.executable} -m support.systems.catalog.app",
    Candidate.DEFECTIVE: f"env CATALOG_DEFECT={DEFECT} {sys.executable} -m support.systems.catalog.defects",
    Candidate.EXITS: "false",
}


@dataclass(frozen=True, slots=True)
class RepeatedOutcomes:
    """The outcomes of each scenario in several runs."""

    by_scenario: Mapping[str, Sequence[str]]


class ReleaseManager:
    """Each method runs the gate in a copy of the suite, so that a failure there does not affect the run that is going on."""

    def test_release(self, failure: HarnessFailure | None = None) -> GateRun:
        """Test a sound release with one scenario, while *failure* happens to the suite."""
        cause = CAUSES[failure] if failure else Cause()
        with ReservedPort(what="the provider of a nested run") as port, suite_copy(cause.hooks) as copy:
            port.release()
            options = [option.replace(PROVIDER_PORT, str(port.number)) for option in cause.options]
            with gate_in(copy, *ONE_SCENARIO, *options, environment=cause.environment) as gate:
                if cause.act:
                    _await_fault(copy)
                    cause.act(psutil.Process(gate.pid))
                return _result(copy, gate)

    def test_sample(self, release: SampleRelease) -> GateRun:
        """Test *release*, which has its own features, register and policy."""
        with suite_copy() as copy:
            (copy / "features").unlink()
            write_release(release, copy / "features")
            with gate_in(copy) as gate:
                return _result(copy, gate)

    def test_candidate(self, candidate: Candidate) -> GateRun:
        with suite_copy() as copy, gate_in(copy, *TWO_SCENARIOS, *started_by(candidate)) as gate:
            return _result(copy, gate)

    def test_repeatedly(self, candidate: Candidate) -> RepeatedOutcomes:
        """Run two scenarios together, one by one, and on two workers."""
        runs = [
            (*TWO_SCENARIOS, "--workers", "1"),
            *((one,) for one in TWO_SCENARIOS),
            (*TWO_SCENARIOS, "--workers", "2"),
        ]
        outcomes: dict[str, list[str]] = {}
        for options in runs:
            with suite_copy() as copy, gate_in(copy, *options, *started_by(candidate)) as gate:
                output_of(gate)
                verdict = json.loads((copy / "results" / "verdict.json").read_text(encoding="utf-8"))
                for scenario in verdict["scenarios"]:
                    outcomes.setdefault(scenario["id"], []).append(scenario["outcome"])
        return RepeatedOutcomes(outcomes)

    def open_report(self, candidate: Candidate) -> ReportPage:
        with suite_copy() as copy:
            with gate_in(copy, *TWO_SCENARIOS, "--workers", "1", *started_by(candidate), "-D", "report=yes") as gate:
                output = output_of(gate)
            results = copy / "results"
            if not (results / "evidence.html").exists():
                raise BrokenHarnessError(f"the nested run has written no report; its output: {output}")
            return open_report(results)

    def test_next(self, next_release: NextRelease, times: int) -> tuple[GateRun, TrendsPage]:
        """Test a release *times* times, then the next one. Return the result of the last run, and the page of trends.

        The release is tested once; the history is then filled with copies of that run.
        """
        with suite_copy() as copy:
            init_git(copy)
            (copy / "features").unlink()
            write_slow_release(copy / "features")
            start = copy / "candidate"
            command = ("-D", f"catalog_command={start}")
            write_candidate(start)
            with gate_in(copy, *command) as gate:
                output = output_of(gate)
                if gate.returncode:
                    raise BrokenHarnessError(f'the first release did not get the verdict "go": {output}')
            repeat_last_run(copy / "results", times - 1)
            write_candidate(start, CHANGES[next_release])
            with gate_in(copy, *command) as gate:
                result = _result(copy, gate)
            return result, TrendsPage((copy / "results" / "trends.html").read_text(encoding="utf-8"))

    def run_kill_matrix(self, variant: str, scenario: str) -> GateRun:
        """Run *scenario*, "<path below features/>:<line>", on the broken *variant*. The verdict is detected or undetected."""
        with suite_copy() as copy, gate_in(copy, "--prove", variant, f"features/{scenario}") as gate:
            output = output_of(gate)
            return GateRun({0: "detected", 1: "undetected"}.get(gate.returncode, _exit_status(gate)), output)

    def kill_run(self) -> KilledRun:
        """Kill a run and the processes that it has started itself while a fault is in force; then start another run."""
        with suite_copy() as copy:
            with gate_in(copy, *ONE_SCENARIO) as gate:
                _await_fault(copy)
                for process in (psutil.Process(gate.pid), *psutil.Process(gate.pid).children()):
                    process.kill()
            left = _survivors(copy)
            with gate_in(copy, *ONE_SCENARIO) as gate:
                return KilledRun(left, _result(copy, gate).verdict, tuple(map(str, copy.glob("holdfast-*/run-*"))))


def started_by(candidate: Candidate) -> tuple[str, str]:
    return "-D", f"catalog_command={COMMANDS[candidate]}"


def _await_fault(copy: Path) -> None:
    journal = copy / "results" / "journal.jsonl"

    def check() -> None:
        assert journal.exists(), "the nested run has no journal yet"
        assert '"fault-felt"' in journal.read_text(encoding="utf-8"), "no fault has been felt yet"

    patiently(check, within=FELT)


def _result(copy: Path, gate: GateProcess) -> GateRun:
    output = output_of(gate)
    path = copy / "results" / "verdict.json"
    if not path.exists():
        return GateRun("refused" if gate.returncode == USAGE else _exit_status(gate), output)
    verdict = json.loads(path.read_text(encoding="utf-8"))
    agreed = verdict["exit_code"] == gate.returncode
    return GateRun(verdict["verdict"] if agreed else f"{verdict['verdict']} with {_exit_status(gate)}", output)


def _exit_status(gate: GateProcess) -> str:
    return f"exit status {gate.returncode}"


def _survivors(copy: Path) -> tuple[str, ...]:
    """Return the names of the processes of *copy* that have not ended after `DEATH_S` seconds."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("TMPDIR") == str(copy) or str(copy) in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:  # the process has ended, or belongs to another user
            continue
    _, alive = psutil.wait_procs(found, timeout=DEATH_S)
    return tuple(process.name() for process in alive)
