"""The state that instances share in Redis: the saved copy, the refresh lock, the cool-down, the rejection of the key.

Keys: `catalog:entry` (one JSON document, written atomically), `catalog:lock` (the fence of its holder), `catalog:fence` (the last
one issued), `catalog:cooldown`, `catalog:rejected`.
"""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
import structlog
from msgspec import Meta
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import OutOfMemoryError, RedisError, ResponseError

from support.systems.catalog.app import scripts
from support.systems.catalog.app.errors import CacheError, ReadOnlyError, SupersededError, first_line
from support.systems.catalog.app.model import GRACE, Bundle, Catalog, Source, checksum
from support.systems.catalog.app.settings import Settings

ENTRY, LOCK, FENCE = "catalog:entry", "catalog:lock", "catalog:fence"
COOLDOWN, REJECTED, PROBE = "catalog:cooldown", "catalog:rejected", "catalog:probe"
ALERT_AGAIN_AFTER = timedelta(days=7)  # the alert is repeated when the rejection lasts longer
ENTRY_TIMEOUT_S = 10.0
log = structlog.get_logger()


class _Entry(msgspec.Struct, kw_only=True):
    """The fence comes first: `scripts.SAVE_COPY` reads it from the beginning of the document."""

    fence: int = 0
    version: int
    fetched_at: Annotated[datetime, Meta(tz=True)]
    source: Source
    checksum: str
    failed_groups: tuple[str, ...]
    bundles: msgspec.Raw


_entry = msgspec.json.Decoder(_Entry)
_bundles = msgspec.json.Decoder(tuple[Bundle, ...])


class Cache:
    """Every method raises `CacheError` when Redis is unreachable or refuses a command. The client does not retry."""

    def __init__(self, settings: Settings) -> None:
        self._life = settings.cache_life
        self._lease_s = settings.lock_lease_s
        self._lease_ms = math.ceil(settings.lock_lease_s * 1000)
        self._redis = Redis.from_url(
            settings.redis_url,
            socket_timeout=settings.cache_timeout_s,
            socket_connect_timeout=settings.cache_timeout_s,
            retry=Retry(NoBackoff(), 0),
            max_connections=50,
        )
        self._take, self._renew, self._release, self._save, self._delete = map(
            self._redis.register_script,
            (scripts.TAKE_LOCK, scripts.RENEW_LOCK, scripts.RELEASE_LOCK, scripts.SAVE_COPY, scripts.DELETE_COPY),
        )

    async def close(self) -> None:
        await self._redis.aclose()

    async def ping(self) -> None:
        """Raises `ReadOnlyError` when Redis answers but cannot store anything."""
        async with _translated_errors():
            await self._redis.set(PROBE, "1", px=1)

    async def load(self) -> Catalog | None:
        """The saved copy; None when there is none.

        A damaged or expired copy is logged and deleted, never returned.
        """
        raw: bytes | str | None = b""
        try:
            async with _translated_errors(ENTRY_TIMEOUT_S):
                raw = await self._redis.get(ENTRY)
            if raw is None:
                return None
            catalog = _read(raw)
        except _DamagedError as damaged:
            log.error("cache.damaged", reason=str(damaged), action="deleted")  # noqa: TRY400 - the reason suffices
        else:
            if not catalog.expired(self._life):
                return catalog
            log.warning("cache.expired", fetched_at=catalog.fetched_at.isoformat(), action="deleted")
        async with _translated_errors():
            await self._delete(keys=[ENTRY], args=[raw or b""])
        return None

    async def save(self, catalog: Catalog, encoded: bytes, fence: int) -> None:
        """Replace the saved copy atomically. *encoded* is `encode_bundles(catalog.bundles)`.

        Raises `SupersededError` when the stored copy was written under a higher fence.
        """
        if catalog.version is None:
            raise ValueError("only a published catalog is saved")
        entry = _Entry(
            fence=fence,
            version=catalog.version,
            fetched_at=catalog.fetched_at,
            source=catalog.source,
            checksum=await asyncio.to_thread(checksum, encoded),
            failed_groups=catalog.failed_groups,
            bundles=msgspec.Raw(encoded),
        )
        life_s = math.ceil((self._life + GRACE).total_seconds())
        async with _translated_errors(ENTRY_TIMEOUT_S):
            written = await self._save(keys=[ENTRY], args=[msgspec.json.encode(entry), fence, life_s])
        if not written:
            raise SupersededError(f"the saved copy was written by a later holder of the lock than {fence}")

    async def cooldown_s(self) -> float:
        """Remaining seconds of the shared cool-down; 0 when there is none."""
        async with _translated_errors():
            return max(0, await self._redis.pttl(COOLDOWN)) / 1000

    async def share_cooldown(self, remaining_s: float) -> None:
        async with _translated_errors():
            await self._redis.set(COOLDOWN, "1", px=math.ceil(remaining_s * 1000))

    async def claim_alert(self) -> bool:
        """True for the one instance that sends the alert about this rejection."""
        async with _translated_errors():
            return bool(await self._redis.set(REJECTED, "1", ex=ALERT_AGAIN_AFTER, nx=True))

    async def release_alert(self) -> None:
        async with _translated_errors():
            await self._redis.delete(REJECTED)

    async def take_lock(self) -> int | None:
        """Take the refresh lock for one lease. Returns its fence, higher than all before; None when another instance holds it."""
        async with _translated_errors():
            fence = await self._take(keys=[LOCK, FENCE], args=[self._lease_ms])
            return None if fence is None else int(fence)

    async def renew_lock(self, fence: int, ended: asyncio.Event) -> None:
        """Renew the lease until cancelled. Logs and stops when the lock is lost or Redis fails.

        *ended* is needed because the client can lose a cancellation (`asyncio.wait_for` drops one that meets a result).
        """
        renewed, reason = True, "it is no longer ours"
        try:
            while renewed and not ended.is_set():
                await asyncio.sleep(self._lease_s / 3)
                async with _translated_errors():
                    renewed = bool(await self._renew(keys=[LOCK], args=[fence, self._lease_ms]))
        except CacheError as lost:
            renewed, reason = False, str(lost)
        if not renewed and not ended.is_set():
            log.warning("lock.not_renewed", reason=reason)

    async def release_lock(self, fence: int) -> None:
        """Release the lock, if this instance still holds it."""
        async with _translated_errors():
            await self._release(keys=[LOCK], args=[fence])

    async def locked(self) -> bool:
        async with _translated_errors():
            return bool(await self._redis.exists(LOCK))


class _DamagedError(CacheError):
    """The stored value is damaged."""


def _read(raw: bytes | str) -> Catalog:
    try:
        entry = _entry.decode(raw)
        if checksum(entry.bundles) != entry.checksum:
            raise _DamagedError("the checksum does not match")
        bundles = _bundles.decode(entry.bundles)
    except (msgspec.DecodeError, UnicodeDecodeError) as reason:
        raise _DamagedError(str(reason)) from None
    return Catalog(Source.CACHE, entry.fetched_at, entry.version, bundles, entry.failed_groups)


@asynccontextmanager
async def _translated_errors(limit_s: float | None = None) -> AsyncIterator[None]:
    """Turn every error of Redis into a `CacheError`. *limit_s* limits the whole answer; a socket time-out limits one read."""
    try:
        async with asyncio.timeout(limit_s):
            yield
    except OutOfMemoryError as full:
        raise ReadOnlyError(f"Redis has no memory left: {first_line(full)}") from None
    except ResponseError as refused:
        if str(refused).startswith("WRONGTYPE"):
            raise _DamagedError(str(refused)) from None
        raise CacheError(f"Redis refuses: {first_line(refused)}") from None
    except (RedisError, OSError, TimeoutError) as lost:
        raise CacheError(f"Redis: {type(lost).__name__}, {first_line(lost)}") from None
