"""A caller that uses a dependency through an ordinary client of its protocol, and knows nothing of faults."""

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

TIMEOUT_S = 0.5


class CallOutcome(Enum):
    """What a caller observes. The values are the phrases of the features."""

    ANSWERED = "is answered"
    REFUSED = "is refused"
    NOT_CONNECTED = "cannot connect"
    NO_ANSWER = "is connected but gets no answer"
    CUT_OFF = "is cut off"


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its outcome after *took_s* seconds, its start *at* (unix time), and the message of the client's error."""

    outcome: CallOutcome
    took_s: float
    at: float
    error: str = ""


@dataclass(frozen=True, slots=True)
class Calls:
    """Several calls, one after another."""

    made: tuple[Call, ...]

    def count(self, outcome: CallOutcome) -> int:
        return sum(call.outcome is outcome for call in self.made)


@dataclass(frozen=True, slots=True)
class CallsByProxy:
    """The same calls through several fault proxies, by the name of the proxy."""

    by_name: Mapping[str, Calls]


class Caller:
    def __init__(self, site: Site) -> None:
        self._site = site

    def through_link(self, target: Target) -> Call:
        """Call *target* through the link that the catalog service uses."""
        return self.at(target, self._site.links[target].entry)

    def directly(self, target: Target) -> Call:
        """Call *target* at its own address, without the fault proxy."""
        return self.at(target, self._site.parts[target].address)

    def at(self, target: Target, entry: Address) -> Call:
        """Call *target* through the address *entry*."""
        return _call(entry, _REQUESTS[target])


def _call(address: Address, request: Callable[[Address], None]) -> Call:
    at, began = time.time(), time.monotonic()
    try:
        socket.create_connection(address, TIMEOUT_S).close()
    except TimeoutError as error:
        return Call(CallOutcome.NOT_CONNECTED, time.monotonic() - began, at, str(error))
    except ConnectionRefusedError as error:
        return Call(CallOutcome.REFUSED, time.monotonic() - began, at, str(error))
    began = time.monotonic()
    try:
        request(address)
    except (requests.Timeout, redis.TimeoutError, TimeoutError) as error:
        return Call(CallOutcome.NO_ANSWER, time.monotonic() - began, at, str(error))
    except (requests.RequestException, redis.RedisError, psycopg.Error) as error:
        return Call(CallOutcome.CUT_OFF, time.monotonic() - began, at, str(error))
    return Call(CallOutcome.ANSWERED, time.monotonic() - began, at)


def _http(path: str) -> Callable[[Address], None]:
    def request(address: Address) -> None:
        with requests.Session() as session:
            session.trust_env = False
            headers = {"X-API-Key": PROVIDER_KEY}
            session.get(url("http", address) + path, headers=headers, timeout=TIMEOUT_S).raise_for_status()

    return request


def _redis(address: Address) -> None:
    with redis.Redis(
        *address, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S, retry=Retry(NoBackoff(), 0)
    ) as client:
        client.ping()


def _postgres(address: Address) -> None:
    async def ask() -> None:
        host, port = address
        login = {"host": host, "port": port, "user": "postgres", "dbname": "postgres"}
        async with await psycopg.AsyncConnection.connect(**login) as connection:  # type: ignore[arg-type]
            await connection.execute("SELECT 1")

    # the driver's own connect_timeout has a minimum of 2 s
    asyncio.run(asyncio.wait_for(ask(), TIMEOUT_S))


_REQUESTS: dict[Target, Callable[[Address], None]] = {
    PROVIDER: _http("/v2.4/catalogue"),
    SAVED_COPY: _redis,
    DATABASE: _postgres,
    CATALOG: _http("/health/live"),
    SECOND_CATALOG: _http("/health/live"),
}
