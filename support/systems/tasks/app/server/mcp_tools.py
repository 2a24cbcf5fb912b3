"""The tools of `/mcp`: the same requests as HTTP's, checked by the same models, with the same bodies as results.

They stand on the library's lower level. Its `MCPServer` reads JSON out of texts for optional parameters, so that the content
`[1]` would arrive as a list, lets unknown arguments pass, and puts its own words before an error's name.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp_types import CallToolRequestParams, CallToolResult, ListToolsResult, PaginatedRequestParams, TextContent, Tool
from starlette.routing import Route

from support.systems.tasks.app.server.answers import error_body, page_body
from support.systems.tasks.app.server.core import Core, Intention, TaskError
from support.systems.tasks.app.server.json_text import read_object, write_json
from support.systems.tasks.app.server.mcp_arguments import CreateTask, DeleteTask, GetTask, ListTasks, UpdateTask
from support.systems.tasks.app.server.model import Fields, Model, NewTask
from support.systems.tasks.app.server.overload import Places
from support.systems.tasks.app.server.rate_limit import RateLimit
from support.systems.tasks.app.server.request_reading import (
    LARGEST_BODY,
    Batch,
    OfRepository,
    Reading,
)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Tool:
    """*call* takes the checked arguments and the client's name, and gives the body of the answer."""

    model: type[Model]
    about: str
    call: Callable[[Any, str], Awaitable[object]]


class McpTools:
    """Streamable HTTP without sessions: each call stands alone, also across a restart. *host* is that of the listener."""

    def __init__(self, core: Core, limit: RateLimit, places: Places, host: str) -> None:
        self._core = core
        self._limit = limit
        self._places = places
        self._tools = {
            "create_task": _Tool(CreateTask, "Add a task to a repository's list.", self._create),
            "get_task": _Tool(GetTask, "Show one task.", self._get),
            "list_tasks": _Tool(ListTasks, "Show tasks of a repository, by time of creation.", self._list),
            "update_task": _Tool(UpdateTask, "Change a task, based on the version that was seen.", self._update),
            "delete_task": _Tool(DeleteTask, "Delete a task, based on the version that was seen.", self._delete),
            "sync_tasks": _Tool(Batch, "Exchange changes: the client's for the server's since a number.", self._sync),
            "list_conflicts": _Tool(OfRepository, "Show the conflicts of a repository.", self._conflicts),
        }
        self._server: Server[Any] = Server(
            "tasks", version="1.0", on_list_tools=self._list_tools, on_call_tool=self._call_tool
        )
        app = self._server.streamable_http_app(
            streamable_http_path="/mcp",
            json_response=True,
            stateless_http=True,
            max_request_body_size=LARGEST_BODY,
            host=host,
        )
        # without GET: a stream of messages from the server, of which there are none; it would only delay each stop
        self.routes = [
            Route(route.path, route.endpoint, methods=["POST"]) for route in app.routes if isinstance(route, Route)
        ]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with self._server.session_manager.run():
            yield

    async def _list_tools(
        self, _: ServerRequestContext[Any, Any], __: PaginatedRequestParams | None
    ) -> ListToolsResult:
        tools = [
            Tool(name=name, description=tool.about, input_schema=tool.model.model_json_schema())
            for name, tool in self._tools.items()
        ]
        return ListToolsResult(tools=tools)

    async def _call_tool(self, context: ServerRequestContext[Any, Any], asked: CallToolRequestParams) -> CallToolResult:
        assert context.request  # over HTTP there is always one
        state = context.request.state
        try:
            await self._limit.count(state.client)
            async with self._places.place():
                body = await self._answer(asked.name, asked.arguments or {}, state.client)
        except TaskError as error:
            return _refusal(error, state.request_id)
        except Exception:
            log.exception("request.crashed")
            message = "Something went wrong on our side. Please try again shortly."
            return _refusal(TaskError(500, "internal", message), state.request_id)
        return _result(body)

    async def _answer(self, name: str, arguments: dict[str, Any], client: str) -> object:
        tool = self._tools.get(name)
        if tool is None:
            raise TaskError(404, "not_found", "There is no such tool.")
        with Reading() as reading:
            checked = reading.model(tool.model, arguments)
        return await tool.call(checked, client)

    async def _create(self, asked: CreateTask, client: str) -> object:
        new = NewTask.model_validate(asked.model_dump(exclude={"idempotency_key"}))
        return (await self._core.create(new, _intention(client, asked.idempotency_key))).task

    async def _get(self, asked: GetTask, _: str) -> object:
        return await self._core.get(asked.id)

    async def _list(self, asked: ListTasks, _: str) -> object:
        return page_body(await self._core.list(asked.repository, asked.status, asked.limit, asked.after))

    async def _update(self, asked: UpdateTask, client: str) -> object:
        fields = Fields(content=asked.content, status=asked.status, priority=asked.priority)
        intention = _intention(client, asked.idempotency_key)
        return (await self._core.update(asked.id, asked.version, fields, intention)).task

    async def _delete(self, asked: DeleteTask, client: str) -> object:
        await self._core.delete(asked.id, asked.version, _intention(client, asked.idempotency_key))
        return {"deleted": True, "id": asked.id}

    async def _sync(self, asked: Batch, client: str) -> object:
        return (await self._core.sync(asked.repository, asked.since, asked.changes, _intention(client, None))).body

    async def _conflicts(self, asked: OfRepository, _: str) -> object:
        return {"conflicts": list(await self._core.conflicts(asked.repository))}


def _intention(client: str, key: str | None) -> Intention:
    return Intention(client, key or "")


def _result(body: object) -> CallToolResult:
    """The body as structured result and, for older clients, as text."""
    text = write_json(body).decode()
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=read_object(text))


def _refusal(error: TaskError, request_id: str) -> CallToolResult:
    body = read_object(write_json(error_body(error, request_id)))
    content = TextContent(type="text", text=f"{error.error}: {error.message}")
    return CallToolResult(content=[content], structured_content=body, is_error=True)
