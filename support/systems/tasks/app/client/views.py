"""Tasks as a person sees them: as the server last told them, with the changes that wait on top."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from support.systems.tasks.app.client.errors import NoSuchTaskError, WrongUsageError
from support.systems.tasks.app.client.messages import Task
from support.systems.tasks.app.client.waiting import CREATE, DELETE, Waiting, waiting


@dataclass(frozen=True, slots=True)
class View:
    """A task as a person sees it; *pending* if the server does not have all of it."""

    task: Task
    pending: bool = False


def views(connection: sqlite3.Connection, repository: str, task_id: str = "") -> dict[str, View]:
    """All of a repository, or the one task."""
    chosen = "WHERE repository = :repository AND :id IN ('', {})"
    values = {"repository": repository, "id": task_id}
    bodies = connection.execute(f"SELECT body FROM task {chosen.format('id')}", values)  # noqa: S608  all of it ours
    tasks = (msgspec.json.decode(body, type=Task) for (body,) in bodies)
    seen = {task.id: View(task) for task in tasks}
    for change in waiting(connection, f"{chosen.format('task_id')} ORDER BY n", **values):
        if view := _on_top(seen.get(change.task_id), change, repository):
            seen[change.task_id] = view
    return seen


def _on_top(below: View | None, change: Waiting, repository: str) -> View | None:
    """None if the task is not known: what is wrong with such a change, the server will say."""
    fields = json.loads(change.fields)
    if change.action == CREATE and below is None:
        defaults = {"status": "pending", "priority": "medium"}
        return View(Task(id=change.task_id, repository=repository, version=0, **(defaults | fields)), pending=True)
    if below is None:
        return None
    if change.action == CREATE:
        fields = {}  # the server has it already, only its answer has not come
    if change.action == DELETE:
        fields = {"deleted": True}
    return View(msgspec.structs.replace(below.task, **fields), pending=True)


def the_one(candidates: Iterable[View], start: str, repository: str) -> View:
    """Whose id begins with *start*, or is it. Raises `NoSuchTaskError`, `WrongUsageError`."""
    found = [view for view in candidates if view.task.id.startswith(start) and not view.task.deleted]
    exact = [view for view in found if view.task.id == start]
    if not (found and start):
        raise NoSuchTaskError(start, repository)
    if len(found) > 1 and not exact:
        raise WrongUsageError(f"{len(found)} tasks begin with {start}: say more of the id.")
    return (exact or found)[0]
