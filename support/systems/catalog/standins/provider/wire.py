"""What an ASGI application cannot say by itself: hang up on a client, before an answer or in the middle of one."""

import asyncio

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_EXTENSION = "holdfast.wire"


class WireProtocol(HttpToolsProtocol):
    """uvicorn's HTTP with the connection within the application's reach."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {_EXTENSION: {"transport": self.transport}}


async def hang_up(scope: Scope, receive: Receive) -> None:
    """Close the connection after what was sent, and wait until uvicorn knows: then it neither answers nor logs."""
    scope["extensions"][_EXTENSION]["transport"].close()
    await _client_gone(receive)


async def send_half(body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
    """Announce the whole of *body*, send half of it, and hang up."""
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    await hang_up(scope, receive)


async def stay_quiet(seconds: float | None, receive: Receive, released: asyncio.Event) -> bool:
    """Say nothing for so long (None = for ever). False if the client left or the wait was *released* before that."""
    ends = {asyncio.create_task(_client_gone(receive)), asyncio.create_task(released.wait())}
    try:
        ended, _ = await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for end in ends:
            end.cancel()
    return not ended


async def _client_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
