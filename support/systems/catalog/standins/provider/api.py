"""The provider's API as its customers see it: https://docs.esim-go.com/api/v2_4/ (catalogue and bundle groups).

Errors are `{"message": "..."}`. The script comes before the key, as a broken network does in reality: a wrong key is
refused where the provider would have given data.
"""

import math
import time
from dataclasses import dataclass, field, replace
from email.utils import formatdate

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from support.systems.catalog.standins.provider.answers import spoil
from support.systems.catalog.standins.provider.script import Drop, Silent, Spoiled, Status, TruncatedBody
from support.systems.catalog.standins.provider.standin import StandIn
from support.systems.catalog.standins.provider.wire import hang_up, send_half, stay_quiet

BASE = "/v2.4"
PROBE_HEADER = "X-Holdfast-Probe"
DEFAULT_PER_PAGE = "50"

_GROUPS = f"{BASE}/organisation/groups"
_CATALOGUE = f"{BASE}/catalogue"
_BUNDLE = f"{BASE}/catalogue/bundle/"
_MESSAGES = {
    400: "Bad request: page and perPage must be whole numbers from 1",
    401: "Unauthorised: the API key is not valid",
    403: "Forbidden: this organisation has no access",
    404: "Not found",
    405: "Method not allowed",
    429: "Rate limit exceeded",
    500: "Internal server error",
    502: "Bad gateway",
    503: "Processing: please come back later",
}


@dataclass(frozen=True, slots=True)
class _Reply:
    """An answer before it is spoilt; `not_before` is the unix time before which it asks not to be called again."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    not_before: float | None = None


class ProviderApi:
    """The ASGI application under /v2.4."""

    def __init__(self, standin: StandIn) -> None:
        self._standin = standin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        group = request.query_params.get("group") if scope["path"] == _CATALOGUE else None
        probe = PROBE_HEADER in request.headers
        key_ok = request.headers.get("X-API-Key") == self._standin.key
        at, mono = time.time(), time.monotonic()
        place, rule = self._standin.director.decide(group, probe=probe)
        record, released = self._standin.record, self._standin.released
        number = record.arrived(
            at=at,
            mono=mono,
            method=request.method,
            path=scope["path"],
            group=group,
            page=_whole(request.query_params.get("page", "")),
            key_ok=key_ok,
            rule=place,
            probe=probe,
            client_port=request.client.port if request.client else None,
        )
        answer = rule.answer
        quiet_s = None if isinstance(answer, Silent) else rule.latency_s
        in_time = quiet_s == 0 or await stay_quiet(quiet_s, receive, released)
        if not in_time or isinstance(answer, Silent | Drop):
            record.finished(number, finished_at=time.time())
            await hang_up(scope, receive)
            return
        reply = _error(answer) if isinstance(answer, Status) else self._look_up(request, key_ok=key_ok)
        # The record is complete before a byte leaves: who has the answer finds it in the record.
        record.finished(number, status=reply.status, finished_at=time.time(), not_before=reply.not_before)
        if reply.status == 200 and isinstance(answer, TruncatedBody):
            await send_half(reply.body, scope, receive, send)
            return
        if reply.status == 200 and isinstance(answer, Spoiled):
            reply = replace(reply, body=spoil(reply.body, answer))
        await Response(reply.body, reply.status, reply.headers, "application/json")(scope, receive, send)

    def _look_up(self, request: Request, *, key_ok: bool) -> _Reply:
        if not key_ok:
            return _refusal(401)
        if request.method != "GET":
            return _refusal(405)
        path, query, catalogue = request.scope["path"], request.query_params, self._standin.catalogue
        if path == _GROUPS:
            return _Reply(200, catalogue.group_list())
        if path == _CATALOGUE:
            page, size = _whole(query.get("page", "1")), _whole(query.get("perPage", DEFAULT_PER_PAGE))
            if not page or not size:
                return _refusal(400)
            return _Reply(200, catalogue.page(query.get("group"), page, size))
        found = catalogue.bundle(path.removeprefix(_BUNDLE)) if path.startswith(_BUNDLE) else None
        return _refusal(404) if found is None else _Reply(200, found)


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _refusal(status: int) -> _Reply:
    return _Reply(status, msgspec.json.encode({"message": _MESSAGES[status]}))


def _error(answer: Status) -> _Reply:
    refusal, now = _refusal(answer.status), time.time()
    if answer.retry_after is not None:
        return replace(refusal, headers={"Retry-After": str(answer.retry_after)}, not_before=now + answer.retry_after)
    if answer.retry_at is not None:
        # a date has whole seconds; rounded up it never promises less than was asked for
        date = math.ceil(now + answer.retry_at)
        return replace(refusal, headers={"Retry-After": formatdate(date, usegmt=True)}, not_before=float(date))
    return refusal
