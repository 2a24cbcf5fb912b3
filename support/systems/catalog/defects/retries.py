"""Mistakes in asking the provider: how often, how long, and with which waits in between."""

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
from support.systems.catalog.defects.registry import Patch, breaks


@breaks("CAT-API-1")
def no_retry(patch: Patch) -> None:
    """The provider is asked once; a moment's silence is taken for an outage."""
    patch(provider, "RETRYABLE", ())


@breaks("CAT-API-1")
def one_attempt_too_many(patch: Patch) -> None:
    """The limit counts the retries and forgets the first attempt."""
    sound = provider.retrying

    def retrying(settings: Settings) -> stamina.AsyncRetryingCaller:
        return sound(replace(settings, attempts=settings.attempts + 1))

    patch(provider, "retrying", retrying)


@breaks("CAT-API-1")
def no_backoff(patch: Patch) -> None:
    """Attempts follow each other at once, so that a weak provider is hammered."""
    _with_waits(patch, backoff_first_s=0.0, backoff_jitter_s=0.0)


@breaks("CAT-API-1")
def no_backoff_cap(patch: Patch) -> None:
    """The waits double without end."""
    _with_waits(patch, backoff_cap_s=86400.0)


@breaks("CAT-API-1")
def no_backoff_jitter(patch: Patch) -> None:
    """All waits are exactly the same, so that all instances knock in step."""
    _with_waits(patch, backoff_jitter_s=0.0)


@breaks("CAT-API-1")
def constant_backoff(patch: Patch) -> None:
    """The waits never grow."""

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
    """The provider is given an hour to answer."""
    _with_time_outs(patch, lambda _settings, _seconds: 3600.0)


@breaks("CAT-API-1")
def shared_time_out(patch: Patch) -> None:
    """The time-out of one attempt is divided among all of them, and cuts off answers that would have come."""
    _with_time_outs(patch, lambda settings, seconds: seconds / settings.attempts)


@breaks("CAT-API-3")
def retries_server_errors(patch: Patch) -> None:
    """A provider that is broken is asked again and again."""
    patch(provider, "RETRYABLE", (*provider.RETRYABLE, ErrorKind.SERVER_ERROR))


@breaks("CAT-API-3")
def retries_bad_gateways(patch: Patch) -> None:
    """Only 500 counts as a server error; 502 and 503 are taken for error on the way and tried again."""
    sound = Provider._raise_for_status  # noqa: SLF001

    def refused(self: Provider, response: httpx.Response) -> NoReturn:
        if response.status_code in (502, 503):
            raise RefreshError(ErrorKind.UNREACHABLE, f"{response.status_code}: the way to the provider is blocked")
        sound(self, response)

    patch(Provider, "_raise_for_status", refused)


@breaks("CAT-API-4")
def retries_rejected_keys(patch: Patch) -> None:
    """A key that was rejected is offered again, as if the provider might change its mind."""
    patch(provider, "RETRYABLE", (*provider.RETRYABLE, ErrorKind.UNAUTHORISED))


@breaks("CAT-API-4")
def knows_one_rejection_only(patch: Patch) -> None:
    """401 is a rejection; 403, which means as much, is an answer that nobody has heard of."""
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
