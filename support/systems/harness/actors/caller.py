"""Somebody who calls a dependency with its protocol's own client, knows nothing of faults, and tells what was noticed."""

import asyncio
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

import psycopg
import redis
import requests
from redis.backoff import NoBackoff
from redis.retry import Retry

from support.core.addresses import Address, url
from support.core.target import Target
from support.systems.catalog.environment.site import PROVIDER_KEY, Site
from support.systems.catalog.targets import CATALOG, DATABASE, PROVIDER, SAVED_COPY, SECOND_CATALOG

PATIENCE_S = 0.5


class Notice(Enum):
    """What a caller can tell of a call."""

    ANSWERED = "is answered"
    REFUSED = "is refused"
    NOT_CONNECTED = "is not even connected"
    NOTHING_HEARD = "is connected and hears nothing"
    CUT_OFF = "is cut off"


@dataclass(frozen=True, slots=True)
class Call:
    """One call: what was noticed, after how many seconds, from which unix time on, and the words of the client's error."""

    notice: Notice
    took_s: float
    at: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls made one after another."""

    made: tuple[Call, ...]

    def count(self, notice: Notice) -> int:
        return sum(call.notice is notice for call in self.made)


@dataclass(frozen=True, slots=True)
class CallsByWay:
    """The same calls made by several ways, each way by its name."""

    by: Mapping[str, Calls]


class Caller:
    def __init__(self, site: Site) -> None:
        self._site = site

    def through_link(self, target: Target) -> Call:
        """Call *target* where the catalog service calls it."""
        return self.at(target, self._site.links[target].entry)

    def itself(self, target: Target) -> Call:
        """Call *target* past every link."""
        return self.at(target, self._site.parts[target].address)

    def at(self, target: Target, entry: Address) -> Call:
        """Call *target* by another way, which begins at *entry*."""
        return _call(entry, _TALK[target])


def _call(address: Address, talk: Callable[[Address], None]) -> Call:
    at, began = time.time(), time.monotonic()
    try:
        socket.create_connection(address, PATIENCE_S).close()
    except TimeoutError as trouble:
        return Call(Notice.NOT_CONNECTED, time.monotonic() - began, at, str(trouble))
    except ConnectionRefusedError as trouble:
        return Call(Notice.REFUSED, time.monotonic() - began, at, str(trouble))
    began = time.monotonic()
    try:
        talk(address)
    except (requests.Timeout, redis.TimeoutError, TimeoutError) as trouble:
        return Call(Notice.NOTHING_HEARD, time.monotonic() - began, at, str(trouble))
    except (requests.RequestException, redis.RedisError, psycopg.Error) as trouble:
        return Call(Notice.CUT_OFF, time.monotonic() - began, at, str(trouble))
    return Call(Notice.ANSWERED, time.monotonic() - began, at)


def _http(path: str) -> Callable[[Address], None]:
    def talk(address: Address) -> None:
        with requests.Session() as session:
            session.trust_env = False
            headers = {"X-API-Key": PROVIDER_KEY}
            session.get(url("http", address) + path, headers=headers, timeout=PATIENCE_S).raise_for_status()

    return talk


def _redis(address: Address) -> None:
    with redis.Redis(
        *address, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S, retry=Retry(NoBackoff(), 0)
    ) as client:
        client.ping()


def _postgres(address: Address) -> None:
    async def ask() -> None:
        host, port = address
        whom = {"host": host, "port": port, "user": "postgres", "dbname": "postgres"}
        async with await psycopg.AsyncConnection.connect(**whom) as connection:  # type: ignore[arg-type]
            await connection.execute("SELECT 1")

    # not the driver's own connect_timeout: its least is 2 s
    asyncio.run(asyncio.wait_for(ask(), PATIENCE_S))


_TALK: dict[Target, Callable[[Address], None]] = {
    PROVIDER: _http("/v2.4/catalogue"),
    SAVED_COPY: _redis,
    DATABASE: _postgres,
    CATALOG: _http("/health/live"),
    SECOND_CATALOG: _http("/health/live"),
}
