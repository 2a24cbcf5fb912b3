"""Arguments of MCP's tools: what HTTP has in body, path, query and headers stands side by side."""

from typing import Annotated

from pydantic import Field

from support.systems.tasks.app.server.model import Fields, Key, Model, NewTask, Status
from support.systems.tasks.app.server.request_reading import MOST_LISTED, Number, OfRepository


class CreateTask(NewTask):
    idempotency_key: Key | None = None


class GetTask(Model):
    id: str


class ListTasks(OfRepository):
    status: Annotated[Status | None, Field(strict=False)] = None
    limit: Annotated[int, Field(ge=1, le=MOST_LISTED)] = 100
    after: str | None = None


class UpdateTask(Fields):
    id: str
    version: Number
    idempotency_key: Key | None = None


class DeleteTask(Model):
    id: str
    version: Number
    idempotency_key: Key | None = None
