"""One run, from what was asked to its verdict: hand the features out, watch, gather what is left, weigh it."""

import io
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from support.core.errors import UsageError
from support.core.journal import DamagedJournalError, Event, Journal, read_journal
from support.gate.execution.behave_process import shows_itself
from support.gate.execution.progress import Progress
from support.gate.execution.results import Claim
from support.gate.execution.run_options import How, workers
from support.gate.execution.shards import own_part
from support.gate.execution.work_order import plan
from support.gate.execution.work_queue import Tasks
from support.gate.execution.worker_pool import Crew
from support.gate.history.times import recorded
from support.gate.selection.preflight import Request
from support.gate.selection.scenarios import Selected, describe
from support.gate.selection.terms import Terms
from support.gate.verdict.findings import Verdict
from support.gate.verdict.result_readers import Witnesses, hear
from support.gate.verdict.verdict import reach


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be judged, and how: *files* are all that were asked for, *selected* the scenarios of our part of them."""

    request: Request
    terms: Terms
    options: Sequence[str]
    files: list[str]
    selected: list[Selected]
    part: dict[str, Any]  # what the journal has to tell of it
    name: str  # of our processes begins with it
    size: int  # how many processes


def prepare(request: Request, terms: Terms, how: How, options: Sequence[str]) -> Job:
    """Raises `UsageError` if it cannot be run as asked."""
    whole = [describe(scenario) for scenario in request.scenarios]
    selected, part = own_part(whole, how)
    size = workers(how, request.settings, options, len(plan(selected, {}).together))
    name = f"{how.shard.number}." if how.shard else ""
    return Job(request, terms, options, sorted({one.file for one in whole}), selected, part, name, size)


def judge(job: Job, seed: int, claim: Claim) -> Verdict:
    """Raises `UsageError` if a process finds that what was asked for cannot be done."""
    journal = Journal(claim.folder / "journal.jsonl", claim.run)
    journal.write(
        "run-started",
        pid=os.getpid(),
        seed=seed,
        argv=sys.argv,
        python=platform.python_version(),
        workers=job.size,
        selected=[one.as_event() for one in job.selected],
        **job.part,
    )
    _run(job, seed, claim, journal)
    journal.close()
    return weigh(job.terms, claim)


def weigh(terms: Terms, claim: Claim) -> Verdict:
    """The verdict on what the folder of *claim* holds."""
    events, unreadable = _events(claim)
    for event in events:
        if event["event"] == "usage-error":
            raise UsageError(event["message"])
    heard = hear(claim.folder)
    return reach(events, Witnesses(heard.allure, heard.junit, (*unreadable, *heard.unreadable)), terms)


def _run(job: Job, seed: int, claim: Claim, journal: Journal) -> None:
    times = recorded(claim.home)
    order = plan(job.selected, times)
    out = io.StringIO() if shows_itself(job.options) else sys.stdout
    progress = Progress(job.selected, times, journal.path, out)
    with Crew(job.name, job.options, seed, claim, journal) as crew:
        for files, size in ((order.together, job.size), (order.alone, 1)):
            if files and not crew.stopped_by:
                progress.begin(size)
                with Tasks.filled(job.files, files) as tasks:
                    crew.run(tasks, size, progress.look)
    progress.end()


def _events(claim: Claim) -> tuple[list[Event], tuple[str, ...]]:
    try:
        return read_journal(claim.folder / "journal.jsonl"), ()
    except DamagedJournalError as trouble:
        return trouble.events, (str(trouble),)
