"""Mistakes in keeping away from a provider that has asked us to (HTTP 429)."""

from datetime import datetime

from support.systems.catalog.app import cooldown, provider
from support.systems.catalog.app.cache import Cache
from support.systems.catalog.app.cooldown import Cooldown
from support.systems.catalog.app.model import Catalog
from support.systems.catalog.app.refresh import Refresh, Trigger
from support.systems.catalog.defects.registry import Patch, breaks


@breaks("CAT-API-2")
def no_pause(patch: Patch) -> None:
    """A provider that turns us away is asked again by the next caller."""

    def begin(_self: Cooldown, retry_after_s: float | None) -> float:
        return retry_after_s or 0.0

    patch(Cooldown, "begin", begin)


@breaks("CAT-API-2")
def ignores_retry_after(patch: Patch) -> None:
    """Whatever time the provider names, we come back in a rhythm of our own."""

    def parse(_value: str | None, _at: datetime) -> float | None:
        return None

    patch(provider, "parse_retry_after", parse)


@breaks("CAT-API-2")
def cannot_read_dates(patch: Patch) -> None:
    """A time to come back that is given as a date is not understood, and taken for no wait at all."""
    sound = cooldown.parse_retry_after

    def parse(value: str | None, at: datetime) -> float | None:
        return sound(value, at) if value is None or value.isdigit() else 0.0

    patch(provider, "parse_retry_after", parse)


@breaks("CAT-API-2")
def takes_seconds_for_milliseconds(patch: Patch) -> None:
    """The seconds that the provider names are read as milliseconds."""
    sound = cooldown.parse_retry_after

    def parse(value: str | None, at: datetime) -> float | None:
        seconds = sound(value, at)
        return seconds / 1000 if seconds and value and value.isdigit() else seconds

    patch(provider, "parse_retry_after", parse)


@breaks("CAT-API-2")
def takes_seconds_for_minutes(patch: Patch) -> None:
    """The provider is left alone sixty times longer than it has asked for."""
    sound = cooldown.parse_retry_after

    def parse(value: str | None, at: datetime) -> float | None:
        seconds = sound(value, at)
        return None if seconds is None else seconds * 60

    patch(provider, "parse_retry_after", parse)


@breaks("CAT-API-2")
def no_pause_unless_told_how_long(patch: Patch) -> None:
    """A provider that turns us away without naming a time is asked again at once."""
    sound = Cooldown.begin

    def begin(self: Cooldown, retry_after_s: float | None) -> float:
        return sound(self, retry_after_s or 0.0)

    patch(Cooldown, "begin", begin)


@breaks("CAT-API-2")
def updates_break_the_pause(patch: Patch) -> None:
    """Shoppers respect the pause; an update that somebody starts does not."""
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
    """The pause is kept in memory only, and a restarted service knocks at once."""

    async def cooldown_s(_self: Cache) -> float:
        return 0.0

    patch(Cache, "cooldown_s", cooldown_s)
