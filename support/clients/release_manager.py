"""Somebody who has a release judged by the real command while something is wrong with the suite itself."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from pathlib import Path

import psutil

from support.backends.ports import ReservedPort
from support.clients.judgement import Judgement, judgement_of, judging, last_words, suite_copy
from support.clients.promises import Gap, write_release
from support.clients.report_reader import Report, read_report
from support.eventually import eventually
from support.faults.mishaps import DISTURBANCES, PROVIDER_PORT, Mishap

QUESTION = ("features/catalog/fallback_chain.feature", "--name", "The provider never answers")
QUESTIONS = ("features/catalog/credentials.feature:24", "features/catalog/provider_errors.feature:20")
MISTAKEN = "knows-one-rejection-only"
FELT = timedelta(seconds=30)
DEATH_S = 10


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
    Candidate.SOUND: f"{sys.executable} -m support.systems.catalog",
    Candidate.MISTAKEN: f"env CATALOG_DEFECT={MISTAKEN} {sys.executable} -m support.systems.catalog.defects",
    Candidate.ENDS: "false",
}

MOODY = "if [ -e {mood} ]; then exec {MISTAKEN}; else exec {SOUND}; fi\n"
SOMEBODY = ("-c", "user.name=somebody", "-c", "user.email=somebody@localhost", "-c", "commit.gpgsign=false")
GIT_S = 10


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
            with judging(copy, *QUESTION, *options) as gate:
                if disturbance.act:
                    _await_fault(copy)
                    disturbance.act(psutil.Process(gate.pid))
                return judgement_of(copy, gate)

    def judge_with(self, gap: Gap) -> Judgement:
        """Judge a release of one promise, on a register and a policy of its own."""
        with _release(gap) as copy, judging(copy) as gate:
            return judgement_of(copy, gate)

    def judge_with_report(self, gap: Gap) -> Report:
        """Nothing is taken from the judgement but its report."""
        with _release(gap) as copy, judging(copy, "-D", "report=yes") as gate:
            last_words(gate)
            return read_report(copy / "results" / "report.html")

    def judge_over_time(self, times: int, gap: Gap) -> Judgement:
        """Judge a release while nothing is broken, again and again, then once more with *gap*; that one is told."""
        with _release(Gap.UNBROKEN) as copy:
            for _ in range(times):
                with judging(copy) as gate:
                    last_words(gate)
            shutil.rmtree(copy / "features")
            write_release(gap, copy / "features")
            with judging(copy) as gate:
                return judgement_of(copy, gate)

    def judge_moody_candidate(self) -> Judgement:
        """Judge the same candidate twice, at the same state of the repository; in between, its mood changes."""
        with suite_copy() as copy:
            for words in (["init", "-q"], ["add", "pyproject.toml"], [*SOMEBODY, "commit", "-qm", "A release"]):
                subprocess.run(["git", *words], cwd=copy, check=True, timeout=GIT_S)
            mood, candidate = copy / "mood", copy / "candidate"
            candidate.write_text(MOODY.format(mood=mood, **{one.name: told for one, told in COMMANDS.items()}))
            options = (QUESTIONS[0], "-D", f"catalog_command=sh {candidate}")
            with judging(copy, *options) as gate:
                last_words(gate)
            mood.touch()
            with judging(copy, *options) as gate:
                return judgement_of(copy, gate)

    def judge_candidate(self, candidate: Candidate) -> Judgement:
        with suite_copy() as copy, judging(copy, *QUESTIONS, *_started_by(candidate)) as gate:
            return judgement_of(copy, gate)

    def judge_again(self, candidate: Candidate) -> Outcomes:
        """Put the same questions together, one by one, and to two workers."""
        ways = [(*QUESTIONS, "--workers", "1"), *((one,) for one in QUESTIONS), (*QUESTIONS, "--workers", "2")]
        outcomes: dict[str, list[str]] = {}
        for options in ways:
            with suite_copy() as copy, judging(copy, *options, *_started_by(candidate)) as gate:
                last_words(gate)
                for scenario in json.loads((copy / "results" / "verdict.json").read_text(encoding="utf-8"))[
                    "scenarios"
                ]:
                    outcomes.setdefault(scenario["id"], []).append(scenario["outcome"])
        return Outcomes(outcomes)

    def prove(self, variant: str, scenario: str) -> Judgement:
        """Have the kill matrix made for one *variant* and one *scenario*, "<path below features/>:<line>"."""
        with suite_copy() as copy, judging(copy, "--prove", variant, f"features/{scenario}") as gate:
            said = last_words(gate)
            return Judgement({0: "proven", 1: "unproven"}.get(gate.returncode, f"exit code {gate.returncode}"), said)

    def kill_one(self) -> Aftermath:
        """Kill a run and everything that it has started by itself, in the middle of a fault; then start again."""
        with suite_copy() as copy:
            with judging(copy, *QUESTION) as gate:
                _await_fault(copy)
                for process in (psutil.Process(gate.pid), *psutil.Process(gate.pid).children()):
                    process.kill()
            left = _survivors(copy)
            with judging(copy, *QUESTION) as gate:
                return Aftermath(left, judgement_of(copy, gate).word, tuple(map(str, copy.glob("holdfast-*/run-*"))))


@contextmanager
def _release(gap: Gap) -> Iterator[Path]:
    with suite_copy() as copy:
        (copy / "features").unlink()
        write_release(gap, copy / "features")
        yield copy


def _started_by(candidate: Candidate) -> tuple[str, str]:
    return "-D", f"catalog_command={COMMANDS[candidate]}"


def _await_fault(copy: Path) -> None:
    journal = copy / "results" / "journal.jsonl"

    def check() -> None:
        assert journal.exists(), "the judgement has no journal yet"
        assert '"fault-felt"' in journal.read_text(encoding="utf-8"), "no fault has been felt yet"

    eventually(check, within=FELT)


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
