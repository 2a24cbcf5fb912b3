"""Somebody who has a release judged by the real command while something is wrong with the suite itself."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from pathlib import Path

import psutil

from support.core.errors import BrokenHarnessError
from support.core.eventually import eventually
from support.environments.ports import ReservedPort
from support.systems.harness.actors.next_release import (
    CHANGES,
    NextRelease,
    TrendsPage,
    put_under_version_control,
    repeat_the_last_run,
    write_candidate,
)
from support.systems.harness.actors.report_page import ReportPage, open_report
from support.systems.harness.actors.sample_release import Gap, write_release, write_wearing_release
from support.systems.harness.actors.suite_copy import Gate, gate_in, last_words, suite_copy
from support.systems.harness.harness_failures import DISTURBANCES, PROVIDER_PORT, Mishap

QUESTION = ("features/catalog/fallback_chain.feature", "--name", "The provider never answers")
QUESTIONS = ("features/catalog/credentials.feature:24", "features/catalog/provider_errors.feature:20")
MISTAKEN = "knows-one-rejection-only"
FELT = timedelta(seconds=60)  # on a busy machine the start alone takes its time
DEATH_S = 10
USAGE = 64


@dataclass(frozen=True, slots=True)
class Judgement:
    """How it ended: the verdict's word ("refused": nothing was judged), and all that was said about it."""

    word: str
    said: str


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What a killed run left: processes, then the verdict of the next start, and the folders that are left after that."""

    processes: tuple[str, ...]
    next_word: str
    folders: tuple[str, ...]


class Candidate(Enum):
    """By the words of the features; the commands that start them."""

    SOUND = "keeps its promises"
    MISTAKEN = "takes a 403 for nothing"
    ENDS = "ends before it has begun"


COMMANDS = {
    Candidate.SOUND: f"{sys.executable} -m support.systems.catalog.app",
    Candidate.MISTAKEN: f"env CATALOG_DEFECT={MISTAKEN} {sys.executable} -m support.systems.catalog.defects",
    Candidate.ENDS: "false",
}


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What each scenario came to in each of several judgements."""

    by_scenario: Mapping[str, Sequence[str]]


class ReleaseManager:
    """Judges one scenario of the real suite in a copy of it, so that what goes wrong is nobody else's."""

    def judge_while(self, mishap: Mishap) -> Judgement:
        disturbance = DISTURBANCES[mishap]
        with ReservedPort(what="the provider of a judgement") as port, suite_copy(disturbance.hooks) as copy:
            port.release()
            options = [option.replace(PROVIDER_PORT, str(port.number)) for option in disturbance.options]
            with gate_in(copy, *QUESTION, *options) as gate:
                if disturbance.act:
                    _await_fault(copy)
                    disturbance.act(psutil.Process(gate.pid))
                return _judgement(copy, gate)

    def judge_with(self, gap: Gap) -> Judgement:
        """Judge a release of one promise, on a register and a policy of its own."""
        with suite_copy() as copy:
            (copy / "features").unlink()
            write_release(gap, copy / "features")
            with gate_in(copy) as gate:
                return _judgement(copy, gate)

    def judge_candidate(self, candidate: Candidate) -> Judgement:
        with suite_copy() as copy, gate_in(copy, *QUESTIONS, *_started_by(candidate)) as gate:
            return _judgement(copy, gate)

    def judge_again(self, candidate: Candidate) -> Outcomes:
        """Put the same questions together, one by one, and to two workers."""
        ways = [(*QUESTIONS, "--workers", "1"), *((one,) for one in QUESTIONS), (*QUESTIONS, "--workers", "2")]
        outcomes: dict[str, list[str]] = {}
        for options in ways:
            with suite_copy() as copy, gate_in(copy, *options, *_started_by(candidate)) as gate:
                last_words(gate)
                for scenario in json.loads((copy / "results" / "verdict.json").read_text(encoding="utf-8"))[
                    "scenarios"
                ]:
                    outcomes.setdefault(scenario["id"], []).append(scenario["outcome"])
        return Outcomes(outcomes)

    def read_report(self, candidate: Candidate) -> ReportPage:
        with suite_copy() as copy:
            with gate_in(copy, *QUESTIONS, "--workers", "1", *_started_by(candidate), "-D", "report=yes") as gate:
                said = last_words(gate)
            page = copy / "results" / "report.html"
            if not page.exists():
                raise BrokenHarnessError(f"there is no report of a judgement that said: {said}")
            return open_report(page)

    def judge_next(self, next_release: NextRelease, times: int) -> tuple[Judgement, TrendsPage]:
        """Judge a release, and the next one where the history knows *times* such judgements: that, and the page of trends."""
        with suite_copy() as copy:
            put_under_version_control(copy)
            (copy / "features").unlink()
            write_wearing_release(copy / "features")
            start = copy / "candidate"
            command = ("-D", f"catalog_command={start}")
            write_candidate(start)
            with gate_in(copy, *command) as gate:
                said = last_words(gate)
                if gate.returncode:
                    raise BrokenHarnessError(f"the release so far was no go: {said}")
            repeat_the_last_run(copy / "results", times - 1)
            write_candidate(start, CHANGES[next_release])
            with gate_in(copy, *command) as gate:
                judgement = _judgement(copy, gate)
            return judgement, TrendsPage((copy / "results" / "trends.html").read_text(encoding="utf-8"))

    def prove(self, variant: str, scenario: str) -> Judgement:
        """Have the kill matrix made for one *variant* and one *scenario*, "<path below features/>:<line>"."""
        with suite_copy() as copy, gate_in(copy, "--prove", variant, f"features/{scenario}") as gate:
            said = last_words(gate)
            return Judgement({0: "proven", 1: "unproven"}.get(gate.returncode, f"exit code {gate.returncode}"), said)

    def kill_one(self) -> Aftermath:
        """Kill a run and everything that it has started by itself, in the middle of a fault; then start again."""
        with suite_copy() as copy:
            with gate_in(copy, *QUESTION) as gate:
                _await_fault(copy)
                for process in (psutil.Process(gate.pid), *psutil.Process(gate.pid).children()):
                    process.kill()
            left = _survivors(copy)
            with gate_in(copy, *QUESTION) as gate:
                return Aftermath(left, _judgement(copy, gate).word, tuple(map(str, copy.glob("holdfast-*/run-*"))))


def _started_by(candidate: Candidate) -> tuple[str, str]:
    return "-D", f"catalog_command={COMMANDS[candidate]}"


def _await_fault(copy: Path) -> None:
    journal = copy / "results" / "journal.jsonl"

    def check() -> None:
        assert journal.exists(), "the judgement has no journal yet"
        assert '"fault-felt"' in journal.read_text(encoding="utf-8"), "no fault has been felt yet"

    eventually(check, within=FELT)


def _judgement(copy: Path, gate: Gate) -> Judgement:
    said = last_words(gate)
    verdict = copy / "results" / "verdict.json"
    if not verdict.exists():
        return Judgement("refused" if gate.returncode == USAGE else f"exit code {gate.returncode}", said)
    told = json.loads(verdict.read_text(encoding="utf-8"))
    agreed = told["exit_code"] == gate.returncode
    return Judgement(told["verdict"] if agreed else f"{told['verdict']} with exit code {gate.returncode}", said)


def _survivors(copy: Path) -> tuple[str, ...]:
    """Names of the processes of *copy* that are still there after a moment."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("TMPDIR") == str(copy) or str(copy) in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:  # it has just ended, or is none of ours
            continue
    _, alive = psutil.wait_procs(found, timeout=DEATH_S)
    return tuple(process.name() for process in alive)
