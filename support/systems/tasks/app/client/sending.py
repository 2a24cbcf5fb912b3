"""Commands that exchange changes with the server. Each returns the exit status. Imports the HTTP library: load it late."""

import asyncio
from dataclasses import replace

from support.systems.tasks.app.client.errors import ClientError, RefusedError, UnreachableError
from support.systems.tasks.app.client.http_client import HttpClient, Request
from support.systems.tasks.app.client.messages import Health, decode
from support.systems.tasks.app.client.outbox import Queued
from support.systems.tasks.app.client.progress import progress
from support.systems.tasks.app.client.session import Session
from support.systems.tasks.app.client.sync import Exchange, Report

CONFLICTS = 4


def send_at_once(session: Session, queued: Queued) -> int:
    """Send what waits, the change *queued* with it, if the server can be reached right now; and show the task."""
    report = Report(session.repository)
    failure = asyncio.run(_briefly(session, report))
    if view := session.outbox.view(session.repository, queued.task_id):
        session.output.task(view)
    if failure:
        session.output.error(failure, before="Kept, and sent later. ")
    if isinstance(failure, RefusedError) or queued.op_id in report.refused:
        return RefusedError.exit_status
    return CONFLICTS if report.conflicts else 0


def sync(session: Session) -> int:
    """Exchange everything: the chosen repository, and others of which changes wait, at the same time."""
    names = [session.repository, *(name for name in session.outbox.repositories() if name != session.repository)]
    reports = [Report(name) for name in names]
    failures = asyncio.run(_all(session, reports))
    for report, failure in zip(reports, failures, strict=True):
        if failure:
            session.output.error(failure, before=_before(report))
        else:
            session.output.synced(
                {
                    "repository": report.repository,
                    "applied": report.applied,
                    "conflicts": report.conflicts,
                    "refused": len(report.refused),
                    "received": report.received,
                    "number": report.number,
                }
            )
    statuses = [failure.exit_status for failure in failures if failure]
    if statuses:
        return max(statuses)
    if any(report.refused for report in reports):
        return RefusedError.exit_status
    return CONFLICTS if any(report.conflicts for report in reports) else 0


def server_state(session: Session) -> str:
    """`healthy`, `degraded` or `unreachable`."""
    return asyncio.run(_health(session))


async def _briefly(session: Session, report: Report) -> ClientError | None:
    limit_s = session.settings.retries.attempt_timeout_s
    retries = replace(session.settings.retries, attempts=1, deadline_s=limit_s)
    try:
        async with HttpClient(session.settings, session.database.client_id) as http, asyncio.timeout(limit_s):
            await Exchange(session.database, http, session.output.lost).all(report, retries)
    except TimeoutError:
        server = session.settings.server
        return UnreachableError(f"The server at {server} has not answered everything within {limit_s:g} s.")
    except (RefusedError, UnreachableError) as error:
        return error
    return None


async def _all(session: Session, reports: list[Report]) -> list[ClientError | None]:
    def sentence() -> str:
        answered = sum(report.answered for report in reports)
        waiting = sum(session.outbox.count(report.repository) for report in reports)
        return f"{answered:,} of {answered + waiting:,} changes sent ..."

    async with HttpClient(session.settings, session.database.client_id) as http:
        exchange = Exchange(session.database, http, session.output.lost)

        async def one(report: Report) -> ClientError | None:
            try:
                await exchange.all(report, session.settings.retries)
            except (RefusedError, UnreachableError) as error:
                return error
            return None

        with progress(sentence):
            return list(await asyncio.gather(*(one(report) for report in reports)))


async def _health(session: Session) -> str:
    retries = replace(session.settings.retries, attempts=1)
    async with HttpClient(session.settings, session.database.client_id) as http:
        try:
            health = await http.send(Request("GET", "/health"), lambda text: decode(text, Health), retries)
        except (RefusedError, UnreachableError):
            return "unreachable"
    return health.status


def _before(report: Report) -> str:
    done = f" after {report.answered:,} changes" if report.answered else ""
    return f"The exchange of {report.repository} has failed{done}. "
