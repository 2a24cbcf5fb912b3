"""Mistakes with the saved copy: its age, its integrity, and failed writes."""

import math

import msgspec

from support.systems.catalog.app import cache, scripts, web
from support.systems.catalog.app.cache import ENTRY, Cache
from support.systems.catalog.app.errors import ErrorKind, RefreshError
from support.systems.catalog.app.fallback import Fallback
from support.systems.catalog.app.model import Catalog, Source, checksum
from support.systems.catalog.app.publishing import Publisher
from support.systems.patched_variants import Patch, breaks

PIECE = 4096
WEEK_S = 7 * 86400


@breaks("CAT-CACHE-1")
def keeps_prices_for_ever(patch: Patch) -> None:
    """Fetched prices never expire."""
    patch(Catalog, "expired", lambda _self, _life: False)


@breaks("CAT-CACHE-1")
def calls_no_price_old(patch: Patch) -> None:
    """Old prices are never labelled stale."""
    patch(web, "Listing", _out_of_date_after(math.inf))


@breaks("CAT-CACHE-1")
def calls_prices_old_too_soon(patch: Patch) -> None:
    """Prices are labelled stale after a week instead of the configured life."""
    patch(web, "Listing", _out_of_date_after(WEEK_S))


@breaks("CAT-CACHE-2")
def trusts_any_checksum(patch: Patch) -> None:
    """The checksum of the saved copy is never verified."""

    def read(raw: bytes | str) -> Catalog:
        try:
            entry = cache._entry.decode(raw)  # noqa: SLF001
            bundles = cache._bundles.decode(entry.bundles)  # noqa: SLF001
        except (msgspec.DecodeError, UnicodeDecodeError) as reason:
            raise cache._DamagedError(str(reason)) from None  # noqa: SLF001
        return Catalog(Source.CACHE, entry.fetched_at, entry.version, bundles, entry.failed_groups)

    patch(cache, "_read", read)


@breaks("CAT-CACHE-2", spills=("CAT-CACHE-1",))
def leaves_damage_where_it_lies(patch: Patch) -> None:
    """A damaged saved copy is ignored but not deleted."""
    patch(scripts, "DELETE_COPY", "return 0")


@breaks("CAT-CACHE-3", "CAT-CACHE-4", "CAT-CACHE-5", spills=("CAT-CHAOS-2",))
def does_not_save_late(patch: Patch) -> None:
    """A saved copy that could not be written is not written later."""

    async def save_later(_self: Publisher, _catalog: Catalog, _encoded: bytes, _fence: int) -> None:
        return

    patch(Publisher, "_save_when_possible", save_later)


@breaks("CAT-CACHE-3", "CAT-CACHE-5")
def leaves_an_empty_store_empty(patch: Patch) -> None:
    """A lost saved copy is not restored from memory while the provider fails."""

    async def put_back(_self: Fallback, _held: Catalog) -> None:
        return

    patch(Fallback, "_restore", put_back)


@breaks("CAT-CACHE-3", spills=("CAT-CACHE-5", "CAT-CHAOS-1", "CAT-CHAOS-2"))
def forgets_that_it_has_something(patch: Patch) -> None:
    """When the provider fails, the catalog in memory is ignored."""
    sound = Fallback.best

    async def best(self: Fallback, held: Catalog | None, *, rejected: bool) -> Catalog | None:
        return await sound(self, None, rejected=rejected) or held

    patch(Fallback, "best", best)


@breaks("CAT-CACHE-4")
def writes_the_saved_copy_in_pieces(patch: Patch) -> None:
    """The saved copy is overwritten in place, piece by piece."""

    async def save(self: Cache, catalog: Catalog, encoded: bytes, fence: int) -> None:
        entry = {
            "fence": fence,
            "version": catalog.version,
            "fetched_at": catalog.fetched_at,
            "source": catalog.source,
            "checksum": checksum(encoded),
            "failed_groups": catalog.failed_groups,
            "bundles": msgspec.Raw(encoded),
        }
        whole = msgspec.json.encode(entry)
        for start in range(0, len(whole), PIECE):
            await self._redis.setrange(ENTRY, start, whole[start : start + PIECE])

    patch(Cache, "save", save)


@breaks("CAT-CACHE-5", spills=("CAT-CACHE-3", "CAT-CACHE-4", "CAT-CHAOS-1", "CAT-CHAOS-2"))
def fails_when_it_cannot_save(patch: Patch) -> None:
    """An update fails when the saved copy cannot be written, although the database has stored it."""
    sound = Publisher.publish

    async def publish(self: Publisher, catalog: Catalog, fence: int, *, cache_reachable: bool) -> Catalog:
        published = await sound(self, catalog, fence, cache_reachable=cache_reachable)
        if self._pending_save is not None:
            raise RefreshError(ErrorKind.DATABASE, "the saved copy was not written")
        return published

    patch(Publisher, "publish", publish)


@breaks("CAT-CACHE-5")
def calls_a_full_store_well(patch: Patch) -> None:
    """A Redis that answers is reported as up, although it cannot store anything."""

    async def ping(self: Cache) -> None:
        async with cache._translated_errors():  # noqa: SLF001
            await self._redis.ping()

    patch(Cache, "ping", ping)


def _out_of_date_after(limit_s: float) -> type[web.Listing]:
    class Relabelled(web.Listing, frozen=True):
        def __post_init__(self) -> None:
            msgspec.structs.force_setattr(self, "stale", self.age_seconds > limit_s)

    return Relabelled
