"""One run, from what was asked to its verdict: hand the features out, watch, gather what is left, weigh it."""

import io
import os
import platform
import sys
from collections.abc import Sequence

from support.errors import UsageError
from support.gate.child import shows_itself
from support.gate.crew import Crew
from support.gate.how import How, workers
from support.gate.plan import plan
from support.gate.preflight import Request
from support.gate.progress import Progress
from support.gate.register import Register
from support.gate.results import Claim
from support.gate.selection import describe
from support.gate.shards import own_part
from support.gate.tasks import Tasks
from support.gate.times import recorded
from support.gate.verdict import Verdict, reach
from support.gate.witnesses import Witnesses, hear
from support.journal import DamagedJournalError, Event, Journal, read_journal


def judge(request: Request, how: How, options: Sequence[str], seed: int, claim: Claim) -> Verdict:
    """Raises `UsageError` if a process finds that what was asked for cannot be done."""
    _run(request, how, options, seed, claim)
    return weigh(request.register, claim)


def weigh(register: Register, claim: Claim) -> Verdict:
    """The verdict on what the folder of *claim* holds."""
    events, unreadable = _events(claim)
    for event in events:
        if event["event"] == "usage-error":
            raise UsageError(event["message"])
    heard = hear(claim.folder)
    return reach(events, Witnesses(heard.allure, heard.junit, (*unreadable, *heard.unreadable)), register)


def _run(request: Request, how: How, options: Sequence[str], seed: int, claim: Claim) -> None:
    whole = [describe(scenario) for scenario in request.scenarios]
    files = sorted({one.file for one in whole})
    selected, shard = own_part(whole, how)
    journal = Journal(claim.folder / "journal.jsonl", claim.run)
    journal.write(
        "run-started",
        pid=os.getpid(),
        seed=seed,
        argv=sys.argv,
        python=platform.python_version(),
        selected=[one.as_event() for one in selected],
        **shard,
    )
    times = recorded(claim.home)
    order = plan(selected, times)
    size = workers(how, request.settings, options, len(order.together))
    progress = Progress(selected, times, journal.path, io.StringIO() if shows_itself(options) else sys.stdout)
    with Crew(f"{how.shard.number}." if how.shard else "", options, seed, claim, journal) as crew:
        for part, processes in ((order.together, size), (order.alone, 1)):
            if part and not crew.stopped_by:
                progress.begin(processes)
                with Tasks.filled(files, part) as tasks:
                    crew.run(tasks, processes, progress.look)
    progress.end()
    journal.close()


def _events(claim: Claim) -> tuple[list[Event], tuple[str, ...]]:
    try:
        return read_journal(claim.folder / "journal.jsonl"), ()
    except DamagedJournalError as trouble:
        return trouble.events, (str(trouble),)
