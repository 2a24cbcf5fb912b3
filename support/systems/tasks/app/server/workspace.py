"""What one group of changes works on: records as they were read, and as they are to be written."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from support.systems.tasks.app.server.model import Event
from support.systems.tasks.app.server.records import Record, Use


class Workspace:
    """No I/O: what is changed here takes effect when the writer has stored it."""

    def __init__(self, found: Iterable[Record], give_number: Callable[[str], int]) -> None:
        self._before = {record.task.id: record for record in found}
        self._now = dict(self._before)
        self._using = {key: record.task.id for record in self._before.values() for key in record.uses}
        self._give_number = give_number
        self.time = datetime.now(UTC)
        self._events: list[Event] = []

    def record(self, task_id: str) -> Record | None:
        """As the changes before this one have left it."""
        return self._now.get(task_id)

    def used(self, key: str) -> tuple[Record, Use] | None:
        """What *key* has been used for, if it has."""
        task_id = self._using.get(key)
        if task_id is None:
            return None
        record = self._now[task_id]
        return record, record.uses[key]

    def put(self, record: Record) -> None:
        """*record* after one change, or none."""
        before = self._now.get(record.task.id)
        if before is None or record.number > before.number:
            self._events.append(record.history[-1].event)
        self._now[record.task.id] = record
        self._using.update(dict.fromkeys(record.uses, record.task.id))

    def next_number(self, repository: str) -> int:
        return self._give_number(repository)

    @property
    def changed(self) -> list[Record]:
        """What is to be written."""
        return [record for task_id, record in self._now.items() if record is not self._before.get(task_id)]

    @property
    def tokens(self) -> list[str]:
        """Of what is to be overwritten, as it was read."""
        return [self._before[record.task.id].token for record in self.changed if record.task.id in self._before]

    @property
    def events(self) -> list[Event]:
        """One for each change, in their order."""
        return self._events
