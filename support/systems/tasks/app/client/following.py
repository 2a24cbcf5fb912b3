"""The command that follows events. Imports the network's libraries: load it late."""

import asyncio
from typing import Any

from support.systems.tasks.app.client.errors import UnreachableError
from support.systems.tasks.app.client.http_client import HttpClient
from support.systems.tasks.app.client.messages import Told
from support.systems.tasks.app.client.retry import AttemptError
from support.systems.tasks.app.client.session import Session
from support.systems.tasks.app.client.sync import Exchange, Report
from support.systems.tasks.app.client.watch import Listener, Watch


def follow(session: Session, events: int | None) -> int:
    """Print *events* of them, or all until interrupted. Raises `RefusedError`, `UnreachableError`, `OutputError`."""
    since = session.knowledge.watched(session.repository)
    printer = _Printer(session, events)
    watch = Watch(
        session.settings,
        session.database.client_id,
        session.repository,
        since,
        Listener(event=printer.event, resync=printer.resync),
    )
    asyncio.run(watch.run(give_up=events is not None))
    return 0


class _Printer:
    """Prints first, and keeps the number then: an event that is not printed is never taken for one that was."""

    def __init__(self, session: Session, events: int | None) -> None:
        self._session = session
        self._left = events

    def event(self, told: Told, received: dict[str, Any]) -> bool:
        if told.task is not None:
            self._session.output.event(received, told.task)
        self._session.knowledge.heard(self._session.repository, told.number, told.task)
        if self._left is not None:
            self._left -= 1
        return self._left == 0

    async def resync(self, told: Told, received: dict[str, Any]) -> None:
        session = self._session
        async with HttpClient(session.settings, session.database.client_id) as http:
            exchange = Exchange(session.database, http, session.output.lost)
            try:
                await exchange.receive(Report(session.repository), session.settings.retries)
            except UnreachableError as error:
                raise AttemptError(error.message) from None
        session.output.resync(received)
        session.knowledge.heard(session.repository, told.number, None)
