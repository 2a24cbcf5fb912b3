"""One group of changed tasks on its way into the store, until it is certain which of them took effect."""

import time
from collections.abc import Callable, Iterator, Sequence

from support.systems.tasks.app.server.ownership import OWNER, Ownership
from support.systems.tasks.app.server.records import TASKS, Record, to_payload
from support.systems.tasks.app.server.store import Point, Store
from support.systems.tasks.app.server.store_errors import StoreError, StoreRefusedError

MOST_BYTES = 4_000_000  # of one call, more or less

Told = Callable[[StoreError], None]


class Commit:
    """The same writes may be sent any number of times, and arrive late: each is bound to the token that it replaces."""

    def __init__(self, store: Store, ownership: Ownership, changed: Sequence[Record], tokens: Sequence[str]) -> None:
        self._store = store
        self._ownership = ownership
        self._tokens = {record.task.id: record.token for record in changed}
        self._only_if = ownership.only_ours(list(tokens))
        points = [Point(record.task.id, to_payload(record, ownership.epoch)) for record in changed]
        self._portions = list(_portions(points))
        self._sent = False
        self.was_in_doubt = False

    async def made_certain(self, in_doubt: Told, not_permitted: Told) -> set[str]:
        """The ids of those that took effect.

        Raises `StoreError` if none has, or ever will. *in_doubt* is called once, after the store's time-out, if that is
        not known by then; *not_permitted* whenever the breaker is open. Raises `SupersededError`.
        """
        deadline = time.monotonic() + self._store.timeout_s
        while True:
            try:
                await self._send()
                return await self._applied()
            except StoreError as error:
                self._sent = self._sent or error.sent
                if not self._sent or (isinstance(error, StoreRefusedError) and error.final):
                    raise
                retry_after_s = self._store.breaker.retry_after_s
                if not self.was_in_doubt and (retry_after_s is not None or time.monotonic() >= deadline):
                    self.was_in_doubt = True
                    in_doubt(error)
                if retry_after_s is not None:
                    not_permitted(error)
            await self._store.breaker.pause()

    async def _send(self) -> None:
        for portion in list(self._portions):
            try:
                await self._store.write(TASKS, portion, self._only_if)
                self._sent = True
            except StoreRefusedError as refused:
                if not (self._sent and refused.final):
                    raise
                self._portions.remove(portion)  # and what was sent before it has to be looked at

    async def _applied(self) -> set[str]:
        found = await self._store.read(TASKS, [*self._tokens, OWNER], ["token", "owner"])
        self._ownership.check(found[OWNER]["owner"])
        return {task_id for task_id, token in self._tokens.items() if found.get(task_id, {}).get("token") == token}


def _portions(points: Sequence[Point]) -> Iterator[list[Point]]:
    portion: list[Point] = []
    size = 0
    for point in points:
        portion.append(point)
        size += sum(500 + len(entry["task"].get("content", "")) for entry in point.payload["history"])
        if size >= MOST_BYTES:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion
