"""The record of requests, which scenarios count: what a stand-in was asked, when, and what it answered."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import msgspec

LIMIT = 100_000


class RecordedRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One request, recorded when it is complete, and finished when its answer begins.

    `at` and `finished_at` are unix seconds; `mono` is the machine's monotonic clock, the same in all its processes.
    `key` is what the stand-in computes for a request, such as the kind of thing that it asks for. `status` is null
    while nothing has been answered, and stays so for silence, a dropped connection, and a client that disconnects;
    `finished_at` then says when it ended (null = still open). `rule` is the place in the script of the rule that
    answered. `probe` marks the harness's own requests. `not_before` is the unix time that a scripted Retry-After names.
    `headers` are those that the stand-in keeps, by their names in lower case. `left_at` is the unix time at which the client
    closed the connection because it waited no longer: for an answer, or for the rest of one.
    """

    id: int
    at: float
    mono: float
    method: str
    path: str
    query: dict[str, str] = {}
    body: str = ""
    key: str | None = None
    rule: int | None = None
    probe: bool = False
    status: int | None = None
    finished_at: float | None = None
    not_before: float | None = None
    headers: dict[str, str] = {}
    left_at: float | None = None


class RequestRecord:
    """The last 100,000 requests by id. Ids go on growing when the record is cleared."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, RecordedRequest] = OrderedDict()
        self._last_id = 0

    def arrived(self, **facts: Any) -> int:
        self._last_id += 1
        self._kept[self._last_id] = RecordedRequest(id=self._last_id, **facts)
        if len(self._kept) > LIMIT:
            self._kept.popitem(last=False)
        return self._last_id

    def finished(self, number: int, **facts: Any) -> None:
        """Complete a request, unless the record was cleared meanwhile."""
        if number in self._kept:
            self._kept[number] = msgspec.structs.replace(self._kept[number], **facts)

    def since(self, number: int) -> Iterator[RecordedRequest]:
        return (request for request in self._kept.values() if request.id > number)

    def clear(self) -> None:
        self._kept.clear()
