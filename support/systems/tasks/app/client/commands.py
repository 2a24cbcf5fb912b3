"""The command line: what can be said, and which words are wrong."""

import os
from typing import Any

import click

from support.systems.tasks.app.client.errors import WrongUsageError
from support.systems.tasks.app.client.knowledge import CONFLICT, REFUSED
from support.systems.tasks.app.client.outbox import Queued
from support.systems.tasks.app.client.output import Output
from support.systems.tasks.app.client.session import Session
from support.systems.tasks.app.client.settings import read_settings, repository_name
from support.systems.tasks.app.client.waiting import DELETE, UPDATE

MOST_CONTENT_BYTES = 20_000
PRIORITY = click.Choice(["low", "medium", "high"])
STATUS = click.Choice(["pending", "in_progress", "done"])


class _Content(click.ParamType[str]):
    name = "content"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            size = len(str(value).encode())
        except UnicodeEncodeError:
            self.fail("the content is not UTF-8", param, ctx)
        if not 0 < size <= MOST_CONTENT_BYTES:
            self.fail(f"the content has {size:,} bytes, 1 to {MOST_CONTENT_BYTES:,} are allowed", param, ctx)
        return str(value)


class _Repository(click.ParamType[str]):
    name = "repository"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return repository_name(str(value))
        except ValueError as expected:
            self.fail(f"say {expected}", param, ctx)


@click.group(no_args_is_help=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--repository", type=_Repository(), help="Whose tasks; else TASKS_REPOSITORY.")
@click.pass_context
def tasks(context: click.Context, *, as_json: bool, repository: str | None) -> None:
    """Lists of tasks, one for each repository, also without a network."""
    settings = read_settings(os.environ)
    output = Output(as_json=as_json, colours=settings.colours)
    context.obj = Session(settings, repository or settings.repository, output)


@tasks.command()
@click.argument("content", type=_Content())
@click.option("--priority", type=PRIORITY, help="medium unless said.")
@click.pass_obj
def add(session: Session, content: str, priority: str | None) -> int:
    """Add a task."""
    return _send(session, session.outbox.create(session.repository, _said(content=content, priority=priority)))


@tasks.command()
@click.argument("task_id", metavar="ID")
@click.option("--content", type=_Content())
@click.option("--status", type=STATUS)
@click.option("--priority", type=PRIORITY)
@click.pass_obj
def edit(session: Session, task_id: str, content: str | None, status: str | None, priority: str | None) -> int:
    """Change a task; its ID may be shortened."""
    fields = _said(content=content, status=status, priority=priority)
    if not fields:
        raise WrongUsageError("Nothing to change: say --content, --status or --priority.")
    return _send(session, session.outbox.change(session.repository, task_id, UPDATE, fields))


@tasks.command()
@click.argument("task_id", metavar="ID")
@click.pass_obj
def done(session: Session, task_id: str) -> int:
    """Say that a task is done."""
    return _send(session, session.outbox.change(session.repository, task_id, UPDATE, {"status": "done"}))


@tasks.command()
@click.argument("task_id", metavar="ID")
@click.pass_obj
def rm(session: Session, task_id: str) -> int:
    """Delete a task."""
    return _send(session, session.outbox.change(session.repository, task_id, DELETE, {}))


@tasks.command("list")
@click.option("--status", type=STATUS)
@click.pass_obj
def list_(session: Session, status: str | None) -> int:
    """Show the tasks that this client knows; * marks what the server does not have yet."""
    views = session.outbox.views(session.repository)
    session.output.tasks(view for view in views if status in (None, view.task.status))
    return 0


@tasks.command()
@click.pass_obj
def sync(session: Session) -> int:
    """Exchange everything with the server."""
    from support.systems.tasks.app.client import sending  # noqa: PLC0415  the HTTP library takes 0.3 s

    return sending.sync(session)


@tasks.command()
@click.option("--events", type=click.IntRange(min=1), help="End after that many.")
@click.pass_obj
def watch(session: Session, events: int | None) -> int:
    """Follow the events of the repository."""
    from support.systems.tasks.app.client import following  # noqa: PLC0415  the network's libraries take 0.5 s

    return following.follow(session, events)


@tasks.command()
@click.pass_obj
def status(session: Session) -> int:
    """Show what waits, and whether the server answers."""
    from support.systems.tasks.app.client import sending  # noqa: PLC0415  the HTTP library takes 0.3 s

    repository = session.repository
    session.output.status(
        {
            "client_id": session.database.client_id,
            "repository": repository,
            "waiting": session.outbox.count(repository),
            "waiting_elsewhere": session.outbox.count_elsewhere(repository),
            "number": session.knowledge.number(repository),
            "conflicts": session.knowledge.lost(repository, CONFLICT),
            "refused": session.knowledge.lost(repository, REFUSED),
            "server": sending.server_state(session),
        }
    )
    return 0


def _said(**fields: str | None) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value is not None}


def _send(session: Session, queued: Queued) -> int:
    from support.systems.tasks.app.client import sending  # noqa: PLC0415  the HTTP library takes 0.3 s

    return sending.send_at_once(session, queued)
