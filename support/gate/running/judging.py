"""One run, from what was asked to its verdict: hand the features out, watch, gather what is left, weigh it."""

import io
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from support.errors import UsageError
from support.gate.asked.preflight import Request
from support.gate.asked.selection import Selected, describe
from support.gate.asked.terms import Terms
from support.gate.judgement.findings import Verdict
from support.gate.judgement.verdict import reach
from support.gate.judgement.witnesses import Witnesses, hear
from support.gate.past.times import recorded
from support.gate.running.child import shows_itself
from support.gate.running.crew import Crew
from support.gate.running.how import How, workers
from support.gate.running.plan import plan
from support.gate.running.progress import Progress
from support.gate.running.results import Claim
from support.gate.running.shards import own_part
from support.gate.running.tasks import Tasks
from support.journal import DamagedJournalError, Event, Journal, read_journal


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
