"""The rate limit: exactly so many in any minute, for each key, over all instances; and in memory while Redis does not answer."""

import asyncio

from support.systems.assistant.app.rate_limit import RateLimit
from support.systems.assistant.app.redis_link import RedisLink

PER_MINUTE = 20
NOWHERE = "redis://127.0.0.1:1/0"


def allowed(urls, *users, times=2 * PER_MINUTE):
    """How often each of *users* was let through, who all ask *times* at once, by turns at instances with these *urls*."""

    async def scenario():
        links = [RedisLink(url, 5.0) for url in urls]
        limits = [RateLimit(link, url) for link, url in zip(links, urls, strict=True)]
        asked = [limits[i % len(limits)].wait_s(user, PER_MINUTE) for user in users for i in range(times)]
        waits = await asyncio.gather(*asked)
        await asyncio.gather(*(link.close() for link in links))
        assert all(0 <= wait_s <= 60 for wait_s in waits)
        return [waits[i * times : (i + 1) * times].count(0) for i in range(len(users))]

    return asyncio.run(scenario())


def test_two_instances_let_exactly_the_limit_through(redis_url):
    assert allowed([redis_url, redis_url], "ana") == [PER_MINUTE]


def test_every_key_has_a_limit_of_its_own(redis_url):
    assert allowed([redis_url], "ana", "ben") == [PER_MINUTE, PER_MINUTE]


def test_without_redis_each_instance_counts_in_memory():
    assert allowed([NOWHERE], "ana", "ben") == [PER_MINUTE, PER_MINUTE]
