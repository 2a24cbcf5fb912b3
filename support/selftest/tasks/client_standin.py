"""A scripted server for the client's tests: it does what the contract says, except where the script says otherwise."""

import asyncio
import contextlib
import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute

from support.selftest.tasks.client_lists import Lists

LOOPBACK = "127.0.0.1"
POLL_S = 0.005
START_WITHIN_S = 10


@dataclass(frozen=True)
class Status:
    """Answers this, and does nothing."""

    code: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b'{"error": "scripted", "message": "As the script says."}'


GOOD, CUT, LOST, SILENT, TRICKLE = "good", "cut", "lost", "silent", "trickle"  # cut: before the effect; lost: after it
CLOSE, QUIET = "close", "quiet"  # of a WebSocket: accepted and closed at once; subscribed, and then nothing


@dataclass(frozen=True)
class Seen:
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    at: float
    connection: int


class StandIn:
    """Serves on a port of its own, in a thread, between `start` and `stop`; both may be repeated.

    *script* and *greetings* say what becomes of the next requests and WebSockets; when they are used up, all goes well.
    """

    def __init__(self):
        self.port = 0
        self._generation = 0
        self.reset()

    def reset(self):
        """As at first; whoever waits in vain is let go."""
        self._generation += 1
        self.lists = Lists()
        self.script = deque()
        self.greetings = deque()
        self.requests = []
        self.opened = []  # of each WebSocket: the time
        self.subscribed = []  # of each subscription: `since`
        self.at_once = self.most_at_once = 0
        self.delay_s = 0.0
        self.overlap = 0  # as many events before `since` are told again

    @property
    def url(self):
        return f"http://{LOOPBACK}:{self.port}"

    def start(self):
        routes = [
            Route("/api/v1/batch/sync", self._sync, methods=["POST"]),
            Route("/health", self._health),
            WebSocketRoute("/ws", self._events),
        ]
        config = uvicorn.Config(
            Starlette(routes=routes), host=LOOPBACK, port=self.port, log_config=None, ws="websockets-sansio",
            lifespan="off", timeout_graceful_shutdown=0,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._server.capture_signals = contextlib.nullcontext
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        ends = time.monotonic() + START_WITHIN_S
        while not self._server.started:
            assert time.monotonic() < ends, "the stand-in has not started"
            time.sleep(POLL_S)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]

    def stop(self):
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(START_WITHIN_S)

    def drop(self):
        """Ends every WebSocket, and all that waits in vain."""
        self._generation += 1

    async def _sync(self, request):
        body = json.loads(await request.body())
        connection = request.client.port
        self.requests.append(Seen(request.url.path, dict(request.headers), body, time.monotonic(), connection))
        step, lists = self.script.popleft() if self.script else GOOD, self.lists  # a reset may come meanwhile
        generation = self._generation
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.delay_s)
            return await self._answer(step, lists, request.headers["client-id"], body)
        finally:
            if self._generation == generation:
                self.at_once -= 1

    async def _answer(self, step, lists, client_id, body):
        match step:
            case Status() as status:
                return Response(status.body, status.code, status.headers)
            case "silent":
                await self._until_reset()
                return Response(status_code=500)
            case "trickle":
                return StreamingResponse(self._trickle())
            case "cut":
                return _Cut()
            case "lost":
                lists.sync(client_id, body)
                return _Cut()
            case _:
                return JSONResponse(lists.sync(client_id, body))

    async def _health(self, request):
        return JSONResponse({"status": "healthy", "store": "up"})

    async def _events(self, socket):
        self.opened.append(time.monotonic())
        greeting = self.greetings.popleft() if self.greetings else GOOD
        if isinstance(greeting, Status):
            await socket.send_denial_response(Response(greeting.body, greeting.code, greeting.headers))
            return
        await socket.accept()
        if greeting == CLOSE or isinstance(greeting, int):
            await socket.close(1000 if greeting == CLOSE else greeting)
            return
        if greeting not in (GOOD, QUIET):
            await socket.send_text(greeting)
            return
        said = json.loads(await socket.receive_text())
        self.subscribed.append(said["since"])
        name, since = said["repository"], said["since"]
        if greeting == QUIET:
            await self._until_reset()
            return
        if self.lists.forgotten > since:
            await socket.send_json({"type": "resync", "repository": name, "number": self.lists.number(name)})
            since = self.lists.number(name)
        await socket.send_json({"type": "subscribed", "repository": name, "number": self.lists.number(name)})
        generation, since = self._generation, max(0, since - self.overlap)
        with contextlib.suppress(Exception):  # the client has gone
            while self._generation == generation and not self._server.should_exit:
                for event in self.lists.events(name, since):
                    await socket.send_json(event)
                    since = event["number"]
                await asyncio.sleep(POLL_S)

    async def _until_reset(self):
        generation = self._generation
        while self._generation == generation and not self._server.should_exit:  # noqa: ASYNC110  another thread says so
            await asyncio.sleep(POLL_S)

    async def _trickle(self):
        generation = self._generation
        while self._generation == generation and not self._server.should_exit:
            yield b" "
            await asyncio.sleep(POLL_S)


class _Cut(Response):
    """Ends in the middle of the body: uvicorn closes the connection."""

    async def __call__(self, scope, receive, send):
        headers = [(b"content-length", b"1000"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"number": 1', "more_body": False})
