"""Controls: sound services that differ where the contract leaves it open. Nothing may turn red on them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from email.utils import formatdate
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from support.systems.catalog.app import fallback, publishing, web
from support.systems.catalog.app.errors import ErrorKind, RefreshError
from support.systems.catalog.app.refresh import Outcome, Refresh
from support.systems.catalog.app.report import RefreshStatus
from support.systems.catalog.app.web import JSON, Web
from support.systems.patched_variants import Patch, leaves_sound

LATER_S = 0.1
Handler = Callable[[Web, Request], Awaitable[Response]]


class _InOtherWords:
    """A log whose reasons are worded otherwise; the events keep their names."""

    def __init__(self, log: Any) -> None:
        self._log = log

    def error(self, event: str, **facts: object) -> None:
        worded = {"reason": f"nicht lesbar oder schreibbar ({len(str(facts['reason']))})"} if "reason" in facts else {}
        self._log.error(event, **{**facts, **worded})

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)


@leaves_sound("CAT-SYNC-3", "CAT-CACHE-5", "CAT-CACHE-2")
def gives_its_reasons_in_other_words(patch: Patch) -> None:
    """The reasons in the log are in another language."""
    patch(fallback, "log", _InOtherWords(fallback.log))
    patch(publishing, "log", _InOtherWords(publishing.log))


@leaves_sound("CAT-CHAIN-4", "CAT-CHAIN-1", "CAT-API-6", "CAT-SYNC-5", "CAT-CONC-4")
def says_more_than_it_must(patch: Patch) -> None:
    """Every answer has more fields and headers than the contract asks for."""

    def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
        fields: Mapping[str, object] = msgspec.json.decode(msgspec.json.encode(body))
        more = {"edition": 7, "help": "Our service team is there from 8 to 20.", "links": {"next": None}}
        return Response(msgspec.json.encode({**fields, **more}), status, {**(headers or {}), "Edition": "7"}, JSON)

    patch(web, "_json", answer)


@leaves_sound("CAT-CONC-2", "CAT-CONC-4", "CAT-CHAIN-2", "CAT-CHAIN-3", "CAT-CHAIN-4", "CAT-CACHE-3", "CAT-CONC-3")
def answers_a_little_later(patch: Patch) -> None:
    """Every answer takes 100 ms more."""

    def later(sound: Handler) -> Handler:
        async def handler(self: Web, request: Request) -> Response:
            await asyncio.sleep(LATER_S)
            return await sound(self, request)

        return handler

    for name in ("bundles", "bundle", "last_sync", "health"):
        patch(Web, name, _with_parameters(later(getattr(Web, name)), name))


def _with_parameters(handler: Handler, name: str) -> Handler:
    if name in ("bundles", "bundle"):
        return handler

    async def unnamed(self: Web, _: Request) -> Response:
        return await handler(self, _)

    return unnamed


@leaves_sound("CAT-CHAIN-4", "CAT-CACHE-1", "CAT-SYNC-3", "CAT-FORM-1")
def says_when_by_the_clock(patch: Patch) -> None:
    """A refusal names the time to come back at as a date, as HTTP allows."""
    sound = Web._unavailable  # noqa: SLF001

    async def unavailable(self: Web, _: Request, error: Exception) -> Response:
        polite = await sound(self, _, error)
        wait_s = int(polite.headers["Retry-After"])
        polite.headers["Retry-After"] = formatdate(time.time() + wait_s, usegmt=True)
        return polite

    patch(Web, "_unavailable", unavailable)


@leaves_sound("CAT-CONC-1", "CAT-SYNC-1", "CAT-CACHE-4")
def does_not_wait_for_the_other(patch: Patch) -> None:
    """An update that meets another instance's is answered at once, not after the patience of a shopper."""

    async def wait_for_other_instance(self: Refresh) -> Outcome:
        error = RefreshError(ErrorKind.BUSY, "another instance is at it")
        return await self._fall_back(error, ending=RefreshStatus.ALREADY_RUNNING)

    patch(Refresh, "_wait_for_other_instance", wait_for_other_instance)
