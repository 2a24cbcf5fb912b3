"""The provider's catalogue API (eSIM Go v2.4): one method per request, with retries and error kinds."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NoReturn, TypeVar

import httpx
import stamina
import structlog

from support.systems.catalog.app import memory
from support.systems.catalog.app.cooldown import Cooldown, parse_retry_after
from support.systems.catalog.app.errors import ErrorKind, RefreshError, first_line
from support.systems.catalog.app.metrics import Metrics
from support.systems.catalog.app.model import Bundle, SetAside, now
from support.systems.catalog.app.parsing import deduplicate, read_groups, read_page
from support.systems.catalog.app.settings import Settings
from support.systems.catalog.app.tls import context_for

T = TypeVar("T")
PER_PAGE = 500
RETRYABLE = (ErrorKind.TIMEOUT, ErrorKind.UNREACHABLE)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class GroupContent:
    """All bundles of one group: the valid ones, and those set aside."""

    bundles: list[Bundle]
    set_aside: list[SetAside]


def is_retryable(error: Exception) -> bool:
    """Only network errors and time-outs are retried, never an error that the provider answered."""
    return isinstance(error, RefreshError) and error.kind in RETRYABLE


def retrying(settings: Settings) -> stamina.AsyncRetryingCaller:
    """Attempts include the first. Before attempt n+1: min(cap, first * 2**(n-1) + random(0, jitter)) seconds."""
    return stamina.AsyncRetryingCaller(
        attempts=settings.attempts,
        timeout=None,
        wait_initial=settings.backoff_first_s,
        wait_max=settings.backoff_cap_s,
        wait_jitter=settings.backoff_jitter_s,
        wait_exp_base=2,
    )


class Provider:
    """Every method raises `RefreshError`. During the cool-down nothing is sent, not even a retry."""

    def __init__(self, settings: Settings, cooldown: Cooldown, metrics: Metrics) -> None:
        self._cooldown = cooldown
        self._metrics = metrics
        self._retrying = retrying(settings).on(is_retryable)
        # limits the whole exchange: the read time-out alone would not catch a body that arrives slowly
        self._limit_s = settings.connect_timeout_s + settings.read_timeout_s
        self._client = httpx.AsyncClient(
            base_url=settings.provider_url,
            headers={"X-API-Key": settings.provider_key, "Accept": "application/json"},
            timeout=httpx.Timeout(settings.read_timeout_s, connect=settings.connect_timeout_s),
            trust_env=False,
            verify=context_for(settings.provider_url),
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def groups(self) -> list[str]:
        """Names of all bundle groups."""
        return await self._request("/organisation/groups", {}, read_groups)

    async def content(self, group: str) -> GroupContent:
        """All pages of *group*, in order. Raises `RefreshError` (malformed) when no bundle is valid."""
        found: list[Bundle] = []
        set_aside: list[SetAside] = []
        page, pages = 1, 1
        while page <= pages:
            memory.require(0)
            params = {"group": group, "page": str(page), "perPage": str(PER_PAGE)}
            good, bad, pages = await self._request("/catalogue", params, partial(read_page, group=group))
            found += good
            set_aside += bad
            page += 1
        if set_aside and not found:
            reason = f"no bundle of {group!r} is usable, the first because: {set_aside[0].reason}"
            raise RefreshError(ErrorKind.MALFORMED, reason)
        bundles, duplicates = deduplicate(found)
        return GroupContent(bundles, set_aside + duplicates)

    async def _request(self, path: str, params: Mapping[str, str], read: Callable[[bytes], T]) -> T:
        return await self._retrying(self._attempt, path, params, read)

    async def _attempt(self, path: str, params: Mapping[str, str], read: Callable[[bytes], T]) -> T:
        """One request. It is counted, and a failure is logged as one line."""
        if wait_s := self._cooldown.remaining_s():
            raise RefreshError(
                ErrorKind.RATE_LIMITED, f"not asked: the provider wants no calls for {wait_s:.1f} s more"
            )
        status: int | None = None
        try:
            response = await self._send(path, params)
            status = response.status_code
            answer = read(response.content) if status == httpx.codes.OK else self._raise_for_status(response)
        except RefreshError as error:
            self._metrics.provider_requests.labels(error.kind).inc()
            log.error(  # noqa: TRY400 - one line for monitoring, without a traceback
                "provider.request_failed",
                kind=error.kind,
                status=status,
                path=path,
                group=params.get("group"),
                page=params.get("page"),
                reason=str(error),
            )
            raise
        self._metrics.provider_requests.labels("ok").inc()
        return answer

    async def _send(self, path: str, params: Mapping[str, str]) -> httpx.Response:
        """Send the request and read the whole body. Network errors become a `RefreshError`."""
        try:
            async with asyncio.timeout(self._limit_s), self._client.stream("GET", path, params=params) as response:
                await _read_body(response)
                return response
        except (httpx.TimeoutException, TimeoutError) as late:
            detail = type(late).__name__ if isinstance(late, httpx.TimeoutException) else "incomplete answer"
            raise RefreshError(ErrorKind.TIMEOUT, f"the provider does not answer in time ({detail})") from None
        except httpx.RemoteProtocolError as odd:
            # httpcore's message for a connection closed before the response head; any other error is an invalid head
            kind = ErrorKind.UNREACHABLE if "disconnected" in str(odd) else ErrorKind.MALFORMED
            raise RefreshError(kind, f"invalid HTTP response: {first_line(odd)}") from None
        except httpx.TransportError as lost:
            reason = f"the connection failed: {type(lost).__name__} {first_line(lost)}"
            raise RefreshError(ErrorKind.UNREACHABLE, reason) from None

    def _raise_for_status(self, response: httpx.Response) -> NoReturn:
        status = response.status_code
        if status == httpx.codes.TOO_MANY_REQUESTS:
            wait_s = self._cooldown.begin(parse_retry_after(response.headers.get("Retry-After"), now()))
            raise RefreshError(ErrorKind.RATE_LIMITED, f"429: the provider wants no calls for {wait_s:g} s")
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise RefreshError(ErrorKind.UNAUTHORISED, f"{status}: the provider rejects our key")
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise RefreshError(ErrorKind.SERVER_ERROR, f"{status}: the provider failed")
        raise RefreshError(ErrorKind.UNEXPECTED, f"{status}: unexpected status")


async def _read_body(response: httpx.Response) -> None:
    """Read the body. A truncated or undecodable body is malformed; a reset connection is a network error."""
    try:
        await response.aread()
    except (httpx.RemoteProtocolError, httpx.DecodingError) as cut:
        raise RefreshError(ErrorKind.MALFORMED, f"the body is truncated or garbled: {first_line(cut)}") from None
