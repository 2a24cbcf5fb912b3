"""What the provider was asked, and when: the record that scenarios count."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

LIMIT = 100_000


@dataclass(frozen=True, slots=True)
class ProviderRequest:
    """One request to the provider's API, recorded on arrival and completed when its answer begins.

    `at` and `finished_at` are unix seconds; `mono` is the machine's monotonic clock, the same in all its processes.
    `status` is null while nothing was answered, and stays so for silence, a dropped connection, and a client that
    left; `finished_at` then says when it ended (null = still open). `rule` is the place in the script of the rule
    that answered. `not_before` is the unix time before which the answer asked not to be called again (Retry-After).
    """

    id: int
    at: float
    mono: float
    method: str
    path: str
    group: str | None
    page: int | None
    key_ok: bool
    rule: int | None
    probe: bool
    client_port: int | None
    status: int | None = None
    finished_at: float | None = None
    not_before: float | None = None


class Record:
    """The last 100,000 requests by id. Ids go on growing when the record is cleared."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, ProviderRequest] = OrderedDict()
        self._last_id = 0

    def arrived(self, **facts: Any) -> int:
        self._last_id += 1
        self._kept[self._last_id] = ProviderRequest(id=self._last_id, **facts)
        if len(self._kept) > LIMIT:
            self._kept.popitem(last=False)
        return self._last_id

    def finished(self, number: int, **facts: Any) -> None:
        """Complete a request; one that was cleared meanwhile stays forgotten."""
        if number in self._kept:
            self._kept[number] = replace(self._kept[number], **facts)

    def since(self, number: int) -> Iterator[ProviderRequest]:
        return (request for request in self._kept.values() if request.id > number)

    def clear(self) -> None:
        self._kept.clear()
