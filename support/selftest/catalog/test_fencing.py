"""The refresh lock and the fence in a real Redis: who gets which number, and whose writing is refused."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from support.core.addresses import LOOPBACK
from support.environments.ports import ReservedPort
from support.environments.processes import ChildProcess
from support.environments.programs import find_program
from support.environments.run_directory import RunDirectory
from support.probes.pings import REDIS_PING
from support.systems.catalog.app.cache import Cache
from support.systems.catalog.app.errors import SupersededError
from support.systems.catalog.app.model import Bundle, Catalog, Source, encode_bundles
from support.systems.catalog.app.settings import Settings

LEASE_S = 0.2


@pytest.fixture
def url(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    run, port = RunDirectory(), ReservedPort()
    options = ["--port", str(port.number), "--bind", LOOPBACK, "--dir", str(tmp_path), "--save", ""]
    part = ChildProcess(
        "redis", [find_program("redis-server"), *options], port=port.number, ping=REDIS_PING, run=run, logs=tmp_path
    )
    part.start()
    yield f"redis://{LOOPBACK}:{port.number}/0"
    part.kill()
    port.release()
    run.remove()


def with_cache(url, scene):
    async def play():
        cache = Cache(Settings(redis_url=url, lock_lease_s=LEASE_S))
        try:
            await scene(cache)
        finally:
            await cache.close()

    asyncio.run(play())


def saved(price):
    bundle = Bundle("a", "Europe 5 GB", "Standard Fixed", ("DE",), 5000, 30, price, "EUR")
    catalog = Catalog(Source.PROVIDER, datetime.now(UTC), 1, (bundle,))
    return catalog, encode_bundles(catalog.bundles)


def test_one_holder_at_a_time_and_each_with_a_higher_fence(url):
    async def scene(cache):
        first = await cache.take_lock()
        assert await cache.take_lock() is None
        await cache.release_lock(first)
        second = await cache.take_lock()
        assert second > first
        await cache.release_lock(first)
        assert await cache.locked(), "the first one gave back a lock that was no longer its own"

    with_cache(url, scene)


def test_a_lease_that_is_renewed_outlasts_itself_and_one_that_is_not_ends(url):
    async def scene(cache):
        fence = await cache.take_lock()
        renewal = asyncio.create_task(cache.renew_lock(fence, asyncio.Event()))
        await asyncio.sleep(2 * LEASE_S)
        assert await cache.locked()
        renewal.cancel()
        async with asyncio.timeout(5):
            while await cache.locked():  # noqa: ASYNC110 - in Redis, which tells nobody
                await asyncio.sleep(0.01)

    with_cache(url, scene)


def test_a_renewal_ends_also_when_its_cancellation_gets_lost(url):
    async def scene(cache):
        renewing, ended = asyncio.Event(), asyncio.Event()

        async def swallow(**_given):
            renewing.set()
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
            return 1

        cache._renew = swallow
        renewal = asyncio.create_task(cache.renew_lock(1, ended))
        await renewing.wait()
        ended.set()
        renewal.cancel()
        await asyncio.wait({renewal}, timeout=5)
        assert renewal.done()

    with_cache(url, scene)


def test_fences_go_on_growing_when_redis_loses_its_data_and_when_its_clock_was_ahead(url):
    async def scene(cache):
        first = await cache.take_lock()
        await cache._redis.flushall()
        second = await cache.take_lock()
        assert second > first
        ahead = second + 10**12
        await cache._redis.flushall()
        await cache._redis.set("catalog:fence", ahead)
        assert await cache.take_lock() == ahead + 1

    with_cache(url, scene)


def test_a_saved_copy_gives_way_to_the_same_or_a_higher_fence_only(url):
    async def scene(cache):
        await cache.save(*saved("20.00"), 1795231926123456)
        with pytest.raises(SupersededError):
            await cache.save(*saved("19.00"), 1795231926123455)
        assert (await cache.load()).bundles[0].price == "20.00"
        await cache.save(*saved("21.00"), 1795231926123456)
        await cache.save(*saved("22.00"), 1795231926123457)
        assert (await cache.load()).bundles[0].price == "22.00"

    with_cache(url, scene)


@pytest.mark.parametrize("there", [b'{"version": 3, "bundles": []}', b"\x00\xff", b'{"fence":', b""])
def test_a_saved_copy_without_a_fence_gives_way(url, there):
    async def scene(cache):
        await cache._redis.set("catalog:entry", there)
        await cache.save(*saved("19.00"), 1)
        assert (await cache.load()).bundles[0].price == "19.00"

    with_cache(url, scene)


def test_a_saved_copy_that_is_no_text_gives_way(url):
    async def scene(cache):
        await cache._redis.rpush("catalog:entry", "a")
        await cache.save(*saved("19.00"), 1)
        assert (await cache.load()).bundles[0].price == "19.00"

    with_cache(url, scene)
