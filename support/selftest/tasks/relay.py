"""A way to the store on which requests can go wrong."""

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import Any


class Relay:
    """Forwards whole requests and answers. `intercept(head)` says what becomes of a request, by its first line:

    "pass", "refuse" (cut before it arrives), "lose" (it arrives, its answer does not), the bytes to answer instead, or an event:
    the request arrives when that is set, even if nobody waits for its answer any more.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self.port = 0
        self.intercept: Any = lambda _: "pass"
        self.requests: list[str] = []
        self.connections = 0
        self.forwarded = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def open(self):
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**26)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    async def _serve(self, reader, writer) -> None:
        self.connections += 1
        to_store, from_client = None, reader
        with suppress(OSError, asyncio.IncompleteReadError):
            to_store = await asyncio.open_connection("127.0.0.1", self._target, limit=2**26)
            while True:
                request = await _message(from_client)
                line = request.split(b"\r\n", 1)[0].decode()
                self.requests.append(line)
                verdict = self.intercept(line)
                if verdict == "refuse":
                    break
                if isinstance(verdict, bytes):
                    writer.write(verdict)
                    continue
                if isinstance(verdict, asyncio.Event):
                    await verdict.wait()
                to_store[1].write(request)
                answer = await _message(to_store[0])
                self.forwarded += 1
                if verdict == "lose":
                    break
                writer.write(answer)
        writer.close()
        if to_store:
            to_store[1].close()


async def _message(reader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return head + await reader.readexactly(int(lengths[0].split(b":")[1]) if lengths else 0)


def answer(status: int, body: str = "{}") -> bytes:
    return (
        f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    )


def is_write(line: str) -> bool:
    """Of points of tasks."""
    return line.startswith("PUT /collections/tasks/points")
