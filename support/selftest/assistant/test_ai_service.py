"""One call to the AI service, over real connections: what counts as an answer, and what each failure is."""

import asyncio
import gzip
from contextlib import asynccontextmanager, suppress

import pytest

from support.core.addresses import LOOPBACK, url
from support.selftest.assistant.parts import settings
from support.systems.assistant.app.ai_service import AiService, messages
from support.systems.assistant.app.failures import AttemptError
from support.systems.assistant.app.model import Kind, Work

WORK = Work("r-1", "ana", "qa", "a text", {"question": "Why?"})
GOOD = b'{"choices": [{"message": {"content": "Because."}, "finish_reason": "stop"}]}'
IN_TIME_S, SOON_S = 30.0, 0.1


def answer(body: bytes, status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Server:
    """Sends *reply* to each request, then closes the connection; without one it is silent. `gone` is set when a client has left."""

    def __init__(self, reply):
        self._reply = reply
        self.requests = []
        self.gone = asyncio.Event()

    async def __call__(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-le")
        )
        self.requests.append((head.decode(), await reader.readexactly(length)))
        if self._reply is not None:
            writer.write(self._reply)
            await writer.drain()
        else:
            await reader.read()
            self.gone.set()
        writer.close()


@asynccontextmanager
async def serving(reply):
    """The server, and a client of it."""
    server = Server(reply)
    async with await asyncio.start_server(server, LOOPBACK, 0) as listening:
        address = listening.sockets[0].getsockname()
        service = AiService(settings(AI_URL=url("http", address) + "/v1", AI_KEY="secret"))
        try:
            yield server, service
        finally:
            await service.close()


def complete(reply, within_s=IN_TIME_S):
    """The text, or the error."""

    async def scenario():
        async with serving(reply) as (_, service):
            try:
                return await service.complete(WORK, "Answer.", 2, within_s)
            except AttemptError as error:
                return error

    return asyncio.run(scenario())


def test_the_request_says_whose_attempt_it_is():
    async def scenario():
        async with serving(answer(GOOD)) as (server, service):
            assert await service.complete(WORK, "Answer.", 2, IN_TIME_S) == "Because."
            head, body = server.requests[0]
            lines = head.lower().split("\r\n")
            assert lines[0] == "post /v1/chat/completions http/1.1"
            assert {"x-request-id: r-1", "x-operation: qa", "x-attempt: 2", "authorization: bearer secret"} <= set(
                lines
            )
            assert b'"model":"assistant-1"' in body

    asyncio.run(scenario())


def test_a_question_follows_the_text():
    system, user = messages(WORK, "Answer.")

    assert system == {"role": "system", "content": "Answer."}
    assert user["content"].startswith("a text")
    assert user["content"].endswith("Why?")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no JSON",
        b"[]",
        b"{}",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": ""}, "finish_reason": "stop"}]}',
        b'{"choices": [{"message": {"content": null}, "finish_reason": "stop"}]}',
        b'{"choices": [{"message": {"content": "x"}, "finish_reason": "content_filter"}]}',
        b'{"choices": [{"message": {"content": "x"}, "finish_reason": null}]}',
        b'{"choices": [{"message": {"content": "x"}}]}',
        GOOD[:-3],
        b'{"choices": [{"message": {"content": "\xff"}, "finish_reason": "stop"}]}',
        b"[" * 100_000,
    ],
)
def test_a_200_with_anything_else_is_malformed(body):
    error = complete(answer(body))

    assert (error.kind, error.status) == (Kind.MALFORMED, 200)


def test_a_compressed_body_that_was_not_asked_for_is_malformed():
    assert complete(answer(gzip.compress(GOOD), "200 OK", "Content-Encoding: gzip")).kind is Kind.MALFORMED


def test_an_answer_without_end_is_malformed_before_it_fills_the_memory():
    async def endless(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer(b"", length=10**12))
        with suppress(ConnectionError):
            while True:
                writer.write(b" " * 100_000)
                await writer.drain()
        ended.set()
        writer.close()

    async def scenario():
        async with await asyncio.start_server(endless, LOOPBACK, 0) as listening:
            service = AiService(settings(AI_URL=url("http", listening.sockets[0].getsockname())))
            with pytest.raises(AttemptError) as failed:
                await service.complete(WORK, "", 1, SOON_S * 10)
            assert (failed.value.kind, failed.value.status) == (Kind.MALFORMED, 200)
            await asyncio.wait_for(ended.wait(), 10)
            await service.close()

    ended = asyncio.Event()
    asyncio.run(scenario())


def test_an_answer_that_is_large_is_taken():
    content = b"x" * 500_000
    assert complete(answer(GOOD.replace(b"Because.", content))) == content.decode()


@pytest.mark.parametrize("reply", [b"", answer(GOOD)[:40], answer(GOOD, length=500), answer(GOOD)[:-3]])
def test_an_answer_that_ends_early_is_a_failed_connection(reply):
    assert complete(reply).kind is Kind.CONNECTION


def test_nobody_listening_is_a_failed_connection():
    async def scenario():
        async with serving(answer(GOOD)) as (_, service):
            pass
        with pytest.raises(AttemptError) as failed:
            await AiService(settings(AI_URL="http://127.0.0.1:1/v1")).complete(WORK, "", 1, IN_TIME_S)
        assert failed.value.kind is Kind.CONNECTION
        await service.close()

    asyncio.run(scenario())


def test_a_status_comes_with_what_the_service_asks_for():
    error = complete(answer(b"{}", "429 Too Many Requests", "Retry-After: 7"))

    assert (error.kind, error.status, error.retry_after_s) == (Kind.RATE_LIMITED, 429, 7.0)


def test_a_redirect_is_not_followed():
    assert complete(answer(b"", "302 Found", "Location: /elsewhere")).kind is Kind.MISCONFIGURED


def test_when_the_time_is_over_the_connection_is_closed():
    async def scenario():
        async with serving(None) as (server, service):
            with pytest.raises(AttemptError) as failed:
                await service.complete(WORK, "", 1, SOON_S)
            assert failed.value.kind is Kind.TIME_OUT
            await asyncio.wait_for(server.gone.wait(), 10)

    asyncio.run(scenario())


def test_a_body_that_trickles_is_over_time_as_well():
    async def trickle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer(b"", length=1000))
        while not writer.is_closing():
            writer.write(b" ")
            await asyncio.sleep(0.01)

    async def scenario():
        async with await asyncio.start_server(trickle, LOOPBACK, 0) as listening:
            service = AiService(settings(AI_URL=url("http", listening.sockets[0].getsockname())))
            with pytest.raises(AttemptError) as failed:
                await service.complete(WORK, "", 1, SOON_S)
            assert failed.value.kind is Kind.TIME_OUT
            await service.close()

    asyncio.run(scenario())
