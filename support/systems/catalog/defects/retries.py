"""Mistakes with attempts, time-outs and backoff."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn

import httpx
import stamina

from support.systems.catalog.app import provider
from support.systems.catalog.app.cooldown import Cooldown
from support.systems.catalog.app.errors import ErrorKind, RefreshError
from support.systems.catalog.app.metrics import Metrics
from support.systems.catalog.app.provider import Provider
from support.systems.catalog.app.settings import Settings
from support.systems.patched_variants import Patch, breaks


@breaks("CAT-API-1")
def no_retry(patch: Patch) -> None:
    """A failed request is not retried."""
    patch(provider, "RETRYABLE", ())


@breaks("CAT-API-1")
def one_attempt_too_many(patch: Patch) -> None:
    """The limit of attempts does not count the first one."""
    sound = provider.retrying

    def retrying(settings: Settings) -> stamina.AsyncRetryingCaller:
        return sound(replace(settings, attempts=settings.attempts + 1))

    patch(provider, "retrying", retrying)


@breaks("CAT-API-1")
def no_backoff(patch: Patch) -> None:
    """Retries follow without a wait."""
    _with_waits(patch, backoff_first_s=0.0, backoff_jitter_s=0.0)


@breaks("CAT-API-1")
def no_backoff_cap(patch: Patch) -> None:
    """The waits between attempts have no upper limit."""
    _with_waits(patch, backoff_cap_s=86400.0)


@breaks("CAT-API-1")
def no_backoff_jitter(patch: Patch) -> None:
    """The waits have no jitter, so all instances retry at the same moment."""
    _with_waits(patch, backoff_jitter_s=0.0)


@breaks("CAT-API-1")
def constant_backoff(patch: Patch) -> None:
    """The waits do not grow."""

    def retrying(settings: Settings) -> stamina.AsyncRetryingCaller:
        return stamina.AsyncRetryingCaller(
            attempts=settings.attempts,
            timeout=None,
            wait_initial=settings.backoff_first_s,
            wait_max=settings.backoff_cap_s,
            wait_jitter=settings.backoff_jitter_s,
            wait_exp_base=1,
        )

    patch(provider, "retrying", retrying)


@breaks("CAT-API-1")
def no_time_out(patch: Patch) -> None:
    """The time-out is an hour."""
    _with_time_outs(patch, lambda _settings, _seconds: 3600.0)


@breaks("CAT-API-1")
def shared_time_out(patch: Patch) -> None:
    """The time-out of one attempt is divided by the number of attempts, so slow but valid answers are lost."""
    _with_time_outs(patch, lambda settings, seconds: seconds / settings.attempts)


@breaks("CAT-API-3")
def retries_server_errors(patch: Patch) -> None:
    """Server errors (5xx) are retried."""
    patch(provider, "RETRYABLE", (*provider.RETRYABLE, ErrorKind.SERVER_ERROR))


@breaks("CAT-API-3")
def retries_bad_gateways(patch: Patch) -> None:
    """502 and 503 are treated as network errors and retried."""
    sound = Provider._raise_for_status  # noqa: SLF001

    def refused(self: Provider, response: httpx.Response) -> NoReturn:
        if response.status_code in (502, 503):
            raise RefreshError(ErrorKind.UNREACHABLE, f"{response.status_code}: the way to the provider is blocked")
        sound(self, response)

    patch(Provider, "_raise_for_status", refused)


@breaks("CAT-API-4")
def retries_rejected_keys(patch: Patch) -> None:
    """Requests with a rejected key are retried."""
    patch(provider, "RETRYABLE", (*provider.RETRYABLE, ErrorKind.UNAUTHORISED))


@breaks("CAT-API-4")
def knows_one_rejection_only(patch: Patch) -> None:
    """403 is not recognised as a rejection of the key."""
    sound = Provider._raise_for_status  # noqa: SLF001

    def refused(self: Provider, response: httpx.Response) -> NoReturn:
        if response.status_code == httpx.codes.FORBIDDEN:
            raise RefreshError(ErrorKind.UNEXPECTED, "403: not an answer that we know")
        sound(self, response)

    patch(Provider, "_raise_for_status", refused)


def _with_waits(patch: Patch, **changed: Any) -> None:
    sound = provider.retrying

    def retrying(settings: Settings) -> stamina.AsyncRetryingCaller:
        return sound(replace(settings, **changed))

    patch(provider, "retrying", retrying)


def _with_time_outs(patch: Patch, changed: Callable[[Settings, float], float]) -> None:
    sound = Provider.__init__

    def init(self: Provider, settings: Settings, cooldown: Cooldown, metrics: Metrics) -> None:
        connect_s = changed(settings, settings.connect_timeout_s)
        read_s = changed(settings, settings.read_timeout_s)
        sound(self, replace(settings, connect_timeout_s=connect_s, read_timeout_s=read_s), cooldown, metrics)

    patch(Provider, "__init__", init)


@breaks("CAT-API-1")
def waits_while_anything_comes(patch: Patch) -> None:
    """Only the wait for the next piece of an answer is limited, so that one that comes in small pieces may take for ever."""
    sound = Provider.__init__

    def init(self: Provider, settings: Settings, cooldown: Cooldown, metrics: Metrics) -> None:
        sound(self, settings, cooldown, metrics)
        self._limit_s = 3600.0

    patch(Provider, "__init__", init)
