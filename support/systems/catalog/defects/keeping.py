"""Mistakes in keeping what was fetched: how long, how whole, and what is said when it cannot be kept."""

import msgspec

from support.systems.catalog import cache, scripts
from support.systems.catalog.backup import Backup
from support.systems.catalog.cache import ENTRY, Cache
from support.systems.catalog.defects.registry import Patch, breaks
from support.systems.catalog.fallback import Fallback
from support.systems.catalog.fetching import Fetched
from support.systems.catalog.model import Catalog, SetAside, Source, checksum
from support.systems.catalog.publishing import Publisher

PIECE = 4096


@breaks("CAT-CACHE-1")
def keeps_prices_for_ever(patch: Patch) -> None:
    """What was fetched once is served for as long as anybody has it."""
    patch(Catalog, "ended", lambda _self, _life: False)


@breaks("CAT-CACHE-2")
def trusts_any_checksum(patch: Patch) -> None:
    """The checksum of the saved copy is stored and never compared."""

    def read(raw: bytes | str) -> Catalog:
        try:
            entry = cache._entry.decode(raw)  # noqa: SLF001
            bundles = cache._bundles.decode(entry.bundles)  # noqa: SLF001
        except (msgspec.DecodeError, UnicodeDecodeError) as reason:
            raise cache._DamagedError(str(reason)) from None  # noqa: SLF001
        return Catalog(Source.CACHE, entry.fetched_at, entry.version, bundles, entry.failed_groups)

    patch(cache, "_read", read)


@breaks("CAT-CACHE-2", "CAT-CACHE-1")
def leaves_damage_where_it_lies(patch: Patch) -> None:
    """A damaged saved copy is not believed, and not cleared away either."""
    patch(scripts, "DELETE", "return 0")


@breaks("CAT-CACHE-3", "CAT-CACHE-5", "CAT-CHAOS-2")
def does_not_save_late(patch: Patch) -> None:
    """An update that the saved copy did not take is never offered to it again."""

    async def save_later(_self: Publisher, _catalog: Catalog, _encoded: bytes, _fence: int) -> None:
        return

    patch(Publisher, "_save_later", save_later)


@breaks("CAT-CACHE-3", "CAT-CACHE-5")
def leaves_an_empty_store_empty(patch: Patch) -> None:
    """A saved copy that was lost is missed until the provider is well again."""

    async def put_back(_self: Fallback, _held: Catalog) -> None:
        return

    patch(Fallback, "_put_back", put_back)


@breaks("CAT-CACHE-4")
def writes_the_saved_copy_in_pieces(patch: Patch) -> None:
    """The saved copy is written piece by piece over the one that is there."""

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


@breaks("CAT-CACHE-5")
def calls_a_full_store_well(patch: Patch) -> None:
    """A store that answers is taken for one that works."""

    async def ping(self: Cache) -> None:
        await self._redis.ping()

    patch(Cache, "ping", ping)


@breaks("CAT-SYNC-3")
def writes_the_backup_in_place(patch: Patch) -> None:
    """The old backup is overwritten before it is known that there is room for the new one."""

    def replace(self: Backup, catalog: Catalog, encoded: bytes) -> None:
        self._path.write_bytes(b'{"saved_at":%b,"bundles":%b}' % (msgspec.json.encode(catalog.fetched_at), encoded))

    patch(Backup, "_replace", replace)


@breaks("CAT-SYNC-5")
def sets_bundles_aside_in_silence(patch: Patch) -> None:
    """Corrupt bundles are left out, and nobody is told which."""

    def set_aside(_self: Fetched) -> list[SetAside]:
        return []

    patch(Fetched, "set_aside", set_aside)
