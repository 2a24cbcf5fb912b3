"""The changes of a batch, carried out by the writer, whole or not at all for each."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from support.systems.tasks.app.server.batch_reading import Op
from support.systems.tasks.app.server.commands import Alter, Create, key_reused, not_found
from support.systems.tasks.app.server.conflicts import changes_nothing, clash, conflict_id, lost_by
from support.systems.tasks.app.server.core import TaskError
from support.systems.tasks.app.server.model import Conflict, Task
from support.systems.tasks.app.server.records import Record
from support.systems.tasks.app.server.workspace import Workspace

Known = Mapping[str, tuple[str, Conflict]]


@dataclass(frozen=True, slots=True)
class OpResult:
    """*task* as it is now. With an *error*: refused; with a *conflict*: kept as it was on the server."""

    op: Op
    task: Task | None = None
    conflict: Conflict | None = None
    error: TaskError | None = None

    @property
    def applied(self) -> bool:
        return not (self.conflict or self.error)

    def to_json(self) -> dict[str, Any]:
        if self.error:
            return {"op_id": self.op.op_id, "status": "refused", "error": self.error.error, **self.error.fields}
        told: dict[str, Any] = {"op_id": self.op.op_id, "status": "applied" if self.applied else "conflict"}
        if self.conflict:
            told["conflict"] = self.conflict.model_dump(mode="json")
        return told | {"task": self.task.model_dump(mode="json") if self.task else None}


@dataclass(frozen=True, slots=True)
class Portion:
    """A command: some changes of a batch, in their order. *lost* are the tasks of which an earlier change was not applied."""

    repository: str
    client_id: str
    ops: Sequence[Op]
    known: Known = field(default_factory=dict)
    lost: AbstractSet[str] = frozenset()

    @property
    def ids(self) -> Sequence[str]:
        return [op.change.id for op in self.ops if not isinstance(op.change, TaskError)]

    @property
    def keys(self) -> Sequence[str]:
        return [op.key for op in self.ops if op.key]

    def apply(self, work: Workspace) -> list[OpResult]:
        lost, known = set(self.lost), dict(self.known)
        results = []
        for op in self.ops:
            try:
                result = self._apply(op, work, known, built_on_lost=op.task_id in lost)
            except TaskError as refused:
                result = OpResult(op, error=refused)
            (lost.discard if result.applied else lost.add)(op.task_id)
            results.append(result)
        return results

    def _apply(
        self, op: Op, work: Workspace, known: dict[str, tuple[str, Conflict]], *, built_on_lost: bool
    ) -> OpResult:
        change = op.change
        if isinstance(change, TaskError):
            raise change
        if isinstance(change, Create):
            change.apply(work)
            return OpResult(op, _now(work, change.id).task)
        if used := work.used(change.key):
            if used[1].digest != change.digest:
                raise key_reused()
            return OpResult(op, used[0].task)
        if change.key in known and known[change.key][0] != change.digest:
            raise key_reused()
        record = work.record(change.id)
        if record is None or record.task.repository != self.repository:
            raise not_found()
        if change.key in known:
            return OpResult(op, record.task, conflict=known[change.key][1])
        if kind := clash(record.task, change, built_on_lost=built_on_lost):
            conflict = Conflict(
                id=conflict_id(change.key),
                repository=self.repository,
                task_id=change.id,
                kind=kind,
                op_id=op.op_id,
                client_id=self.client_id,
                base_version=change.base_version,
                kept=record.task,
                lost=lost_by(change),
                changed_at=op.changed_at,
                at=work.time,
            )
            known[change.key] = (change.digest, conflict)
            return OpResult(op, record.task, conflict=conflict)
        return OpResult(op, _carried_out(change, work, record).task)


def _carried_out(change: Alter, work: Workspace, record: Record) -> Record:
    if not changes_nothing(record.task, change):
        return change.carry_out(work, record)
    after = record.left_as_it_is(change.key, change.digest)
    work.put(after)
    return after


def _now(work: Workspace, task_id: str) -> Record:
    record = work.record(task_id)
    if record is None:
        raise not_found()
    return record
