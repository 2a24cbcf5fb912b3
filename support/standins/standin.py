"""A stand-in: plays a service over HTTP, misbehaves by script, and records its requests.

A system derives its own from `StandIn` and writes what is particular to the service: `respond`, and where it needs
them a key, its own malformed answers, the form of its errors, data and the control routes for it. The script decides
before the service sees a request: what a real network does to a request does not depend on the request being valid.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from email.utils import formatdate, parsedate_to_datetime
from http import HTTPStatus
from http.client import responses as reasons
from typing import Any, ClassVar

from msgspec import json
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from support.standins.control_api import CONTROL, control_api
from support.standins.record import RequestRecord
from support.standins.rule_matcher import RuleMatcher
from support.standins.script import Answer, AnyRule, ChangedBody, CutStream, Drop, Ok, Silent, Status, TruncatedBody
from support.standins.wire import (
    End,
    collect,
    cut_after,
    hang_up,
    read_body,
    receive_again,
    receive_nothing,
    stay_silent,
)

PROBE_HEADER = "X-Holdfast-Probe"


class StandIn:
    """An ASGI application. The control API is under /_control, everything else is the service."""

    answers: ClassVar[Sequence[type[Answer]]] = ()
    """The service's own answers, beside those of `script.ANSWERS`."""
    kept_headers: ClassVar[Sequence[str]] = ()
    """The headers of a request that are recorded, in lower case."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.record = RequestRecord()
        self._rules = RuleMatcher((), seed)
        self._released = asyncio.Event()
        self._control = control_api(self)

    async def respond(self, request: Request) -> Response:
        """Return the service's good answer, or its refusal. The body of *request* has arrived."""
        raise NotImplementedError

    def key(self, request: Request, body: bytes) -> str | None:  # noqa: ARG002  for those who override it
        """Compute what a rule can select *request* by, beside its method, path, query and headers."""
        return None

    def error(self, status: int, headers: Mapping[str, str] | None = None) -> Response:
        """Return an error in the form of the service."""
        return Response(json.encode({"message": reasons.get(status, "Error")}), status, headers, "application/json")

    def control_routes(self) -> Sequence[Route]:
        """Return the routes under /_control for what this stand-in has beside script and record."""
        return ()

    def health(self) -> dict[str, Any]:
        return {"status": "ok", "seed": self.seed}

    def play(self, rules: Sequence[AnyRule]) -> None:
        """Replace the script; all counts start again. Requests that wait already go on waiting."""
        self._rules = RuleMatcher(rules, self.seed)

    def release(self) -> None:
        """End every wait: the connections of late and silent answers are closed."""
        self._released.set()
        self._released = asyncio.Event()

    def reset(self) -> None:
        self.play(())
        self.record.clear()
        self.release()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith(f"{CONTROL}/"):
            await self._control(scope, receive, send)
            return
        at, mono = time.time(), time.monotonic()
        body = await read_body(receive)
        if body is None:
            return
        request = Request(scope, receive_again(body, receive))
        key, probe = self.key(request, body), PROBE_HEADER in request.headers
        place, rule = self._rules.choose(request, key, probe=probe)
        number = self.record.arrived(
            at=at,
            mono=mono,
            method=request.method,
            path=scope["path"],
            query=dict(request.query_params),
            body=body.decode(errors="replace"),
            key=key,
            rule=place,
            probe=probe,
            headers={name: request.headers[name] for name in self.kept_headers if name in request.headers},
        )
        released = self._released
        wait_s = None if isinstance(rule.answer, Silent) else rule.latency_s
        end = End.ELAPSED if wait_s == 0 else await stay_silent(wait_s, receive, released)
        if end is not End.ELAPSED or isinstance(rule.answer, Silent | Drop):
            now = time.time()
            self.record.finished(number, finished_at=now, left_at=now if end is End.CLIENT_LEFT else None)
            await hang_up(scope, receive)
            return
        answer = rule.answer
        response = self._refusal(answer) if isinstance(answer, Status) else await self.respond(request)
        # The record is complete before a byte leaves: a client that has the answer finds it in the record.
        self.record.finished(
            number,
            status=response.status_code,
            finished_at=time.time(),
            not_before=_not_before(response.headers.get("Retry-After")),
        )
        good = response.status_code < HTTPStatus.MULTIPLE_CHOICES

        async def wait_on() -> None:
            if await stay_silent(None, receive, released) is End.CLIENT_LEFT:
                self.record.finished(number, left_at=time.time())

        await _send(response, answer if good else Ok(), request, receive, send, wait_on)

    def _refusal(self, answer: Status) -> Response:
        if answer.retry_after is not None:
            return self.error(answer.status, {"Retry-After": str(answer.retry_after)})
        if answer.retry_at is not None:
            date = math.ceil(time.time() + answer.retry_at)  # rounded up, it is never earlier than the script says
            return self.error(answer.status, {"Retry-After": formatdate(date, usegmt=True)})
        return self.error(answer.status)


async def _send(
    response: Response,
    answer: Answer,
    request: Request,
    receive: Receive,
    send: Send,
    wait_on: Callable[[], Awaitable[None]],
) -> None:
    """Send *response*, or what *answer* makes of it. *wait_on* waits for the client to leave."""
    scope = request.scope

    async def end_stream() -> None:
        if isinstance(answer, CutStream) and answer.end == "silence":
            await wait_on()
        await hang_up(scope, receive)

    match answer:
        case ChangedBody():
            whole = await collect(response, scope, request.receive)
            await whole.with_body(answer.change(whole.body)).send(send)
        case TruncatedBody():
            await (await collect(response, scope, request.receive)).send_half(send)
            await hang_up(scope, receive)
        case CutStream(after):
            # not told that the client leaves, it does not end before the record has it
            await response(scope, receive_nothing, cut_after(after, send, end_stream))
        case _:
            await response(scope, request.receive, send)


def _not_before(retry_after: str | None) -> float | None:
    """Return the unix time that the header names, in seconds or as a date."""
    if retry_after is None:
        return None
    return time.time() + int(retry_after) if retry_after.isdecimal() else parsedate_to_datetime(retry_after).timestamp()
