"""What a person, or with `--json` a program, reads of a command."""

import json
import os
import sys
from collections.abc import Iterable
from typing import Any

import click
import msgspec

from support.systems.tasks.app.client.errors import ClientError, OutputError, WrongUsageError
from support.systems.tasks.app.client.messages import Result, Task
from support.systems.tasks.app.client.views import View
from support.systems.tasks.app.client.waiting import Waiting

SHORT_ID = 8
STATUS_COLOURS = {"pending": "yellow", "in_progress": "cyan", "done": "green"}


class Output:
    """Lines on stdout, each at once; what went wrong on stderr."""

    def __init__(self, *, as_json: bool, colours: bool) -> None:
        self.as_json = as_json
        self._colour = None if colours and not as_json else False

    def tasks(self, views: Iterable[View]) -> None:
        views = list(views)
        length = _short_id_length([view.task.id for view in views])
        for view in views:
            self.task(view, length)

    def task(self, view: View, id_length: int = 36) -> None:
        if self.as_json:
            self._json(msgspec.to_builtins(view.task) | ({"pending": True} if view.pending else {}))
        else:
            self._line(f"{'*' if view.pending else ' '} {_task(view.task, id_length)}")

    def event(self, told: dict[str, Any], task: Task) -> None:
        if self.as_json:
            self._json(told)
        else:
            self._line(f"#{told['number']} {printable(str(told['kind']).removeprefix('task.'))} {_task(task, 36)}")

    def resync(self, told: dict[str, Any]) -> None:
        if self.as_json:
            self._json(told)
        else:
            self._line(f"#{told['number']} has more before it than the server still tells; the list was fetched.")

    def lost(self, change: Waiting, result: Result) -> None:
        """A change that has met a conflict, or was refused."""
        if result.status == "refused":
            self._refused(change, result)
        elif self.as_json:
            self._json({"conflict": result.conflict})
        elif result.task is not None:
            self._aside(
                f"Conflict on {change.task_id}: {_change(change)} was not taken over."
                f" The server keeps: {_task(result.task, 36)}"
            )

    def _refused(self, change: Waiting, result: Result) -> None:
        reasons = "".join(f"; {problem.get('field')}: {problem.get('message')}" for problem in result.errors)
        message = f"The server refused {_change(change)} of {change.task_id}: {result.error}{reasons}."
        if self.as_json:
            self._aside(json.dumps({"error": result.error, "message": message, "change": change.as_sent()}))
        else:
            self._aside(message)

    def synced(self, figures: dict[str, Any]) -> None:
        if self.as_json:
            self._json({"synced": figures})
        else:
            told = ", ".join(f"{name} {figures[name]}" for name in ("applied", "conflicts", "refused", "received"))
            self._line(f"Synced {figures['repository']}: {told}.")

    def status(self, figures: dict[str, Any]) -> None:
        if self.as_json:
            self._json({"status": figures})
        else:
            for name, value in figures.items():
                self._line(f"{name.replace('_', ' ')}: {value}")

    def error(self, error: ClientError, before: str = "") -> None:
        """A sentence for each mistake. *before* says what follows from it."""
        for message in error.messages if isinstance(error, WrongUsageError) else (error.message,):
            if self.as_json:
                self._aside(json.dumps({"error": error.error, "message": before + message}))
            else:
                self._aside(before + message if before else f"tasks: {message}")

    def _json(self, value: Any) -> None:
        self._line(json.dumps(value))

    def _line(self, text: str) -> None:
        """Raises `OutputError`: a lost stdout is not to be taken for a lost connection."""
        try:
            click.echo(text, color=self._colour)
        except OSError as error:
            _give_up_stdout()
            raise OutputError(error.strerror) from None

    def _aside(self, text: str) -> None:
        click.echo(printable(text) if not self.as_json else text, err=True, color=False)


def _give_up_stdout() -> None:
    """What is left in its buffer cannot be written at the end of the process either, which would change the exit status."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def printable(text: str) -> str:
    """Without characters that would steer a terminal."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def _task(task: Task, id_length: int) -> str:
    status = "deleted" if task.deleted else task.status
    shown = click.style(f"{status:<11}", fg=STATUS_COLOURS.get(status))
    return f"{printable(task.id[:id_length])} {shown} {task.priority:<6} {printable(task.content)}"


def _change(change: Waiting) -> str:
    fields = change.as_sent().get("task")
    return f"the change {json.dumps(fields, ensure_ascii=False)}" if fields else "the deletion"


def _short_id_length(ids: list[str]) -> int:
    """The fewest characters, 8 at least, that tell all of them apart."""
    length = SHORT_ID
    while len({task_id[:length] for task_id in ids}) < len(ids):
        length += 1
    return length
