"""One run: starts the processes, shows their progress, collects the results and computes the verdict."""

import io
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from support.core.errors import UsageError
from support.core.journal import DamagedJournalError, Event, Journal, read_journal
from support.core.secrets import mask_files
from support.gate.execution.behave_process import has_own_formatter
from support.gate.execution.progress import Progress
from support.gate.execution.results import Claim
from support.gate.execution.run_options import RunOptions, worker_count
from support.gate.execution.shards import select_shard
from support.gate.execution.work_order import work_order
from support.gate.execution.work_queue import WorkQueue
from support.gate.execution.worker_pool import WorkerPool
from support.gate.history.times import recorded
from support.gate.selection.criteria import Criteria
from support.gate.selection.preflight import Request
from support.gate.selection.scenarios import Selected, describe
from support.gate.verdict.findings import Verdict
from support.gate.verdict.result_readers import ReportedResults, read_reported_results
from support.gate.verdict.verdict import compute_verdict
from support.measure.host_load import HostLoad


@dataclass(frozen=True, slots=True)
class PreparedRun:
    """*files* are all selected feature files, *selected* the scenarios of this shard; *options* are behave's."""

    request: Request
    criteria: Criteria
    options: Sequence[str]
    files: list[str]
    selected: list[Selected]
    shard_fields: dict[str, Any]  # for the journal
    prefix: str  # of the names of the processes
    workers: int


def prepare(request: Request, criteria: Criteria, options: RunOptions, behave_options: Sequence[str]) -> PreparedRun:
    """Raises `UsageError` if the run is impossible with these options."""
    whole = [describe(scenario) for scenario in request.scenarios]
    selected, shard_fields = select_shard(whole, options)
    workers = worker_count(options, request.settings, behave_options, len(work_order(selected, {}).parallel))
    prefix = f"{options.shard.number}." if options.shard else ""
    files = sorted({one.file for one in whole})
    return PreparedRun(request, criteria, behave_options, files, selected, shard_fields, prefix, workers)


def execute(run: PreparedRun, seed: int, claim: Claim) -> Verdict:
    """Raises `UsageError` if a process finds the request impossible."""
    journal = Journal(claim.folder / "journal.jsonl", claim.run)
    journal.write(
        "run-started",
        pid=os.getpid(),
        seed=seed,
        argv=sys.argv,
        python=platform.python_version(),
        workers=run.workers,
        selected=[one.as_event() for one in run.selected],
        **run.shard_fields,
    )
    with HostLoad() as load:
        _run_scenarios(run, seed, claim, journal)
    for figure, digits in ((load.others(), 1), (load.own(len(run.selected)), 3)):
        journal.write("figure", name=figure.name, value=round(figure.value, digits), unit=figure.unit)
    journal.close()
    mask_files(claim.folder)  # before anything is made of what was written there
    return evaluate(run.criteria, claim)


def evaluate(criteria: Criteria, claim: Claim) -> Verdict:
    """The verdict on the results in the folder of *claim*."""
    events, unreadable = _events(claim)
    for event in events:
        if event["event"] == "usage-error":
            raise UsageError(event["message"])
    reported = read_reported_results(claim.folder)
    everything = ReportedResults(reported.allure, reported.junit, (*unreadable, *reported.unreadable))
    return compute_verdict(events, everything, criteria)


def _run_scenarios(run: PreparedRun, seed: int, claim: Claim, journal: Journal) -> None:
    times = recorded(claim.home)
    order = work_order(run.selected, times)
    out = io.StringIO() if has_own_formatter(run.options) else sys.stdout
    progress = Progress(run.selected, times, order.exclusive, journal.path, out)
    with WorkerPool(run.prefix, run.options, seed, claim, journal) as pool:
        for files, workers in ((order.parallel, run.workers), (order.exclusive, 1)):
            if files and not pool.stopped_by:
                progress.begin(workers)
                with WorkQueue.filled(run.files, files) as queue:
                    pool.run(queue, workers, progress.update)
    progress.end()


def _events(claim: Claim) -> tuple[list[Event], tuple[str, ...]]:
    try:
        return read_journal(claim.folder / "journal.jsonl"), ()
    except DamagedJournalError as error:
        return error.events, (str(error),)
