"""Mistakes with rate limits (HTTP 429)."""

import math
from datetime import datetime

from support.systems.catalog.app import cooldown, provider
from support.systems.catalog.app.cache import Cache
from support.systems.catalog.app.cooldown import Cooldown
from support.systems.catalog.app.model import Catalog
from support.systems.catalog.app.refresh import Refresh, Trigger
from support.systems.patched_variants import Patch, breaks


@breaks("CAT-API-2")
def no_pause(patch: Patch) -> None:
    """After a 429 the next request calls the provider again."""

    def begin(_self: Cooldown, retry_after_s: float | None) -> float:
        return retry_after_s or 0.0

    patch(Cooldown, "begin", begin)


@breaks("CAT-API-2")
def ignores_retry_after(patch: Patch) -> None:
    """Retry-After is ignored."""

    def parse(_value: str | None, _at: datetime) -> float | None:
        return None

    patch(provider, "parse_retry_after", parse)


@breaks("CAT-API-2")
def cannot_read_dates(patch: Patch) -> None:
    """A Retry-After date is not understood and treated as no wait."""
    sound = cooldown.parse_retry_after

    def parse(value: str | None, at: datetime) -> float | None:
        return sound(value, at) if value is None or value.isdigit() else 0.0

    patch(provider, "parse_retry_after", parse)


@breaks("CAT-API-2")
def takes_seconds_for_milliseconds(patch: Patch) -> None:
    """Retry-After seconds are read as milliseconds."""
    sound = cooldown.parse_retry_after

    def parse(value: str | None, at: datetime) -> float | None:
        seconds = sound(value, at)
        return seconds / 1000 if seconds and value and value.isdigit() else seconds

    patch(provider, "parse_retry_after", parse)


@breaks("CAT-API-2")
def takes_seconds_for_minutes(patch: Patch) -> None:
    """Retry-After seconds are read as minutes."""
    sound = cooldown.parse_retry_after

    def parse(value: str | None, at: datetime) -> float | None:
        seconds = sound(value, at)
        return None if seconds is None else seconds * 60

    patch(provider, "parse_retry_after", parse)


@breaks("CAT-API-2")
def no_pause_unless_told_how_long(patch: Patch) -> None:
    """After a 429 without Retry-After the provider is called again at once."""
    sound = Cooldown.begin

    def begin(self: Cooldown, retry_after_s: float | None) -> float:
        return sound(self, retry_after_s or 0.0)

    patch(Cooldown, "begin", begin)


@breaks("CAT-API-2")
def updates_break_the_pause(patch: Patch) -> None:
    """A requested update ignores the cool-down."""
    sound = Refresh._check_other_instances  # noqa: SLF001

    def end_now(self: Cooldown) -> None:
        self._until = 0.0

    async def look_around(self: Refresh) -> Catalog | None:
        newer = await sound(self)
        if self._trigger is Trigger.REQUEST:
            end_now(self._deps.cooldown)
        return newer

    patch(Refresh, "_check_other_instances", look_around)


@breaks("CAT-API-2")
def restart_forgets_the_pause(patch: Patch) -> None:
    """The cool-down is kept in memory only, so a restarted service calls the provider at once."""

    async def cooldown_s(_self: Cache) -> float:
        return 0.0

    patch(Cache, "cooldown_s", cooldown_s)


@breaks("CAT-API-2")
def pauses_do_not_grow(patch: Patch) -> None:
    """Without Retry-After every pause is as long as the first, however often the provider rejects us."""
    sound = Cooldown.begin

    def begin(self: Cooldown, retry_after_s: float | None) -> float:
        self._in_a_row = 0
        return sound(self, retry_after_s)

    patch(Cooldown, "begin", begin)


@breaks("CAT-API-2")
def waits_as_long_as_it_is_told(patch: Patch) -> None:
    """The service pauses for whatever time the provider names, be it a year."""
    patch(cooldown, "MAX_S", math.inf)
