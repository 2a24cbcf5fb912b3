"""What an ASGI application cannot do by itself: close a connection before an answer or in the middle of one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_EXTENSION = "holdfast.wire"


class WireProtocol(HttpToolsProtocol):
    """uvicorn's HTTP, with the connection within reach of the application."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {_EXTENSION: {"transport": self.transport}}


class End(Enum):
    """What ended a wait."""

    ELAPSED = auto()
    CLIENT_LEFT = auto()
    RELEASED = auto()


@dataclass(frozen=True, slots=True)
class WholeAnswer:
    """An answer that was collected instead of sent."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes

    def with_body(self, body: bytes) -> "WholeAnswer":
        """The same with another *body*, and with the Content-Length of that one."""
        headers = [(name, value) for name, value in self.headers if name.lower() != b"content-length"]
        return WholeAnswer(self.status, [*headers, (b"content-length", b"%d" % len(body))], body)

    async def send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})

    async def send_half(self, send: Send) -> None:
        """Announce the whole body and send its first half. The caller has to hang up."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body[: len(self.body) // 2], "more_body": True})


async def collect(app: ASGIApp, scope: Scope, receive: Receive) -> WholeAnswer:
    """Run *app* and return what it would have sent."""
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    start, *parts = messages
    answer = WholeAnswer(start["status"], start["headers"], b"")
    return answer.with_body(b"".join(part.get("body", b"") for part in parts))


async def read_body(receive: Receive) -> bytes | None:
    """Read the whole request; None if the client disconnects first."""
    body = bytearray()
    while (message := await receive())["type"] != "http.disconnect":
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)
    return None


def receive_again(body: bytes, receive: Receive) -> Receive:
    """Let an application receive a request whose *body* was read already."""
    read: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_next() -> Message:
        return read.pop() if read else await receive()

    return receive_next


async def receive_nothing() -> Message:
    """For an application that must not hear of its client."""
    never: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
    return await never


def cut_after(chunks: int, send: Send, end: Callable[[], Awaitable[None]]) -> Send:
    """Let the first *chunks* of a body pass; where the next would follow, *end* the answer and send nothing more."""
    left, ended = chunks, False

    async def send_some(message: Message) -> None:
        nonlocal left, ended
        if message["type"] != "http.response.body" or left:
            left -= message["type"] == "http.response.body"
            await send(message)
        elif not ended:
            ended = True
            await end()

    return send_some


async def hang_up(scope: Scope, receive: Receive) -> None:
    """Close the connection after what was sent, and wait until uvicorn has noticed: then it neither answers nor logs."""
    scope["extensions"][_EXTENSION]["transport"].close()
    await _disconnected(receive)


async def stay_silent(seconds: float | None, receive: Receive, released: asyncio.Event) -> End:
    """Send nothing for so long (None = for ever), unless the client disconnects or the wait is *released* first."""
    left = asyncio.create_task(_disconnected(receive))
    ends = {left, asyncio.create_task(released.wait())}
    try:
        ended, _ = await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for end in ends:
            end.cancel()
    if not ended:
        return End.ELAPSED
    return End.CLIENT_LEFT if left in ended else End.RELEASED


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
