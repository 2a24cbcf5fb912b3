"""The exchange with the server: what waits goes there, what happened there comes here."""

from collections.abc import Callable
from dataclasses import dataclass, field

from support.systems.tasks.app.client.database import Database
from support.systems.tasks.app.client.http_client import HttpClient, Request
from support.systems.tasks.app.client.knowledge import Knowledge
from support.systems.tasks.app.client.messages import MalformedError, Result, SyncAnswer, decode
from support.systems.tasks.app.client.outbox import Outbox
from support.systems.tasks.app.client.settings import Retries
from support.systems.tasks.app.client.waiting import Waiting

PATH = "/api/v1/batch/sync"


@dataclass(slots=True)
class Report:
    """What one repository's exchange has done so far; *refused* has the `op_id`s."""

    repository: str
    applied: int = 0
    received: int = 0
    number: int = 0
    conflicts: int = 0
    refused: list[str] = field(default_factory=list)

    @property
    def answered(self) -> int:
        return self.applied + self.conflicts + len(self.refused)


class Exchange:
    """Of one repository at a time; *lost* hears of every change that was not applied, once that is kept."""

    def __init__(self, database: Database, http: HttpClient, lost: Callable[[Waiting, Result], None]) -> None:
        self._outbox = Outbox(database)
        self._knowledge = Knowledge(database)
        self._http = http
        self._lost = lost

    async def all(self, report: Report, retries: Retries) -> None:
        """Send what waits, in its order, and receive what is new: *report* says how far it came, also if this raises.

        Raises `RefusedError`, `UnreachableError`, `DatabaseError`.
        """
        while True:
            await self._one(report, self._outbox.batch(report.repository), retries)
            if not self._outbox.count(report.repository):
                return

    async def receive(self, report: Report, retries: Retries) -> None:
        """Only receive what is new. Raises as `all`."""
        await self._one(report, [], retries)

    async def _one(self, report: Report, sent: list[Waiting], retries: Retries) -> None:
        body = {
            "repository": report.repository,
            "since": self._knowledge.number(report.repository),
            "changes": [change.as_sent() for change in sent],
        }
        answer = await self._http.send(Request("POST", PATH, body), lambda text: _read(text, sent), retries)
        self._knowledge.take(report.repository, sent, answer)
        for change, result in zip(sent, answer.results, strict=True):
            match result.status:
                case "applied":
                    report.applied += 1
                case "conflict":
                    report.conflicts += 1
                case "refused":
                    report.refused.append(change.op_id)
            if result.status != "applied":
                self._lost(change, result)
        report.received += len(answer.changes)
        report.number = answer.number


def _read(text: bytes, sent: list[Waiting]) -> SyncAnswer:
    """Raises `MalformedError`, also if the answer is to something else."""
    answer = decode(text, SyncAnswer)
    if [result.op_id for result in answer.results] != [change.op_id for change in sent]:
        raise MalformedError("the results are not those of the changes")
    return answer
