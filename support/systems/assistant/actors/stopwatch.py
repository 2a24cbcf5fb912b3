"""Measures the assistant from outside: what it adds to a call of the AI service, and how many people it serves at once."""

import asyncio
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import aiohttp

from support.core.addresses import url
from support.core.background import Background
from support.measure.figure import Figure
from support.measure.statistics import percentile
from support.systems.assistant.actors.assistant_api import KEY, AssistantApi
from support.systems.assistant.actors.person import new_letter
from support.systems.assistant.environment.site import AI_KEY, Site
from support.systems.assistant.operations import Operation
from support.systems.assistant.targets import AI_SERVICE

WARM_UP = 30  # calls that are not counted
TIMEOUT_S = 10.0
CROWD_TIMEOUT_S = 30.0
OK = 200
QUANTILES = {50: "at the median", 95: "for 95 of 100", 99: "for 99 of 100"}
KINDS = [one.api for one in Operation if one is not Operation.ANSWERS]


class Caller:
    """Sends a POST again and again over one connection. *body* makes the content of each."""

    def __init__(self, at: str, headers: dict[str, str], body: Callable[[], object]) -> None:
        place = urlsplit(at)
        self._path = place.path
        self._headers = {"Content-Type": "application/json", **headers}
        self._body = body
        self._connection = HTTPConnection(place.hostname or "", place.port, timeout=TIMEOUT_S)

    def call(self) -> float:
        """Seconds until the whole answer is there. Raises `AssertionError` if it is none."""
        content = json.dumps(self._body())
        began = time.perf_counter()
        self._connection.request("POST", self._path, content, self._headers)
        answer = self._connection.getresponse()
        answer.read()
        took_s = time.perf_counter() - began
        assert answer.status == OK, f"POST {self._path} was answered {answer.status}"
        return took_s

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._connection.close()


class Stopwatch:
    """All calls lead through the same link to the AI service."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def added_latency(self, count: int) -> "AddedLatency":
        """*count* calls of each, directly and by the assistant in turns, so that a slow moment of the machine falls to both."""
        with self._directly() as directly, self._by_assistant() as by_assistant:
            for _ in range(WARM_UP):
                directly.call(), by_assistant.call()
            pairs = [(directly.call(), by_assistant.call()) for _ in range(count)]
        return AddedLatency([one for one, _ in pairs], [one for _, one in pairs])

    def with_and_without(self, disturbance: Callable[[], Background], blocks: int, count: int) -> "Comparison":
        """Blocks of *count* calls of the assistant, in turns without and with a *disturbance*.

        Of each block the mean counts: one call that waits for long, while many others do not, would not change a median.
        """
        differences = []
        with self._by_assistant() as caller:
            for _ in range(WARM_UP):
                caller.call()
            for _ in range(blocks):
                without = statistics.fmean(caller.call() for _ in range(count))
                with disturbance():
                    differences.append(statistics.fmean(caller.call() for _ in range(count)) - without)
        return Comparison(differences)

    def crowd(self, people: int, span_s: float) -> "Served":
        """*people* who ask again as soon as they are answered, for *span_s* seconds."""
        return asyncio.run(self._crowd(people, span_s))

    async def _crowd(self, people: int, span_s: float) -> "Served":
        waits: list[float] = []
        wrong: list[str] = []
        began = time.monotonic()

        async def ask(number: int, session: aiohttp.ClientSession) -> None:
            while time.monotonic() < began + span_s:
                asked = {"text": new_letter(), "operation": KINDS[number % len(KINDS)]}
                sent = time.monotonic()
                try:
                    async with session.post(f"{self._site.assistant_url}/v1/process", json=asked) as answer:
                        told = await answer.json()
                except (aiohttp.ClientError, TimeoutError) as trouble:
                    told = {"error": type(trouble).__name__}
                waits.append(time.monotonic() - sent)
                if asked["text"][:100] not in told.get("result", "") or told.get("source") != "live":
                    wrong.append(str(told))

        timeout = aiohttp.ClientTimeout(total=CROWD_TIMEOUT_S)
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(headers={"X-API-Key": KEY}, connector=connector, timeout=timeout) as session:
            await asyncio.gather(*(ask(number, session) for number in range(people)))
        return Served(people, tuple(waits), tuple(wrong), time.monotonic() - began)

    def _directly(self) -> Caller:
        entry = url("http", self._site.links[AI_SERVICE].entry)
        headers = {"Authorization": f"Bearer {AI_KEY}", "X-Operation": "summarize", "X-Attempt": "1"}
        return Caller(f"{entry}/v1/chat/completions", headers, _completion)

    def _by_assistant(self) -> Caller:
        asked = {"X-API-Key": KEY}
        return Caller(
            f"{self._site.assistant_url}/v1/process", asked, lambda: {"text": new_letter(), "operation": "summarize"}
        )


@dataclass(frozen=True, slots=True)
class AddedLatency:
    """Seconds of each call, in the order of the calls."""

    directly: Sequence[float]
    by_assistant: Sequence[float]

    def figures(self) -> list[Figure]:
        return [
            Figure(f"what the assistant adds to an answer, {told}", 1000 * self._added(percent), "ms")
            for percent, told in QUANTILES.items()
        ]

    def _added(self, percent: int) -> float:
        return percentile(self.by_assistant, percent) - percentile(self.directly, percent)

    def __str__(self) -> str:
        rows = {"directly": self.directly, "by the assistant": self.by_assistant}
        told = (
            f"{name}: " + ", ".join(f"{1000 * percentile(times, one):.2f} ms {QUANTILES[one]}" for one in QUANTILES)
            for name, times in rows.items()
        )
        return "; ".join(told)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much longer a call took on average in each block with the disturbance than in the one before it, in seconds."""

    differences: Sequence[float]

    def figures(self, what: str) -> list[Figure]:
        """The median, and its error: the median absolute deviation, over the root of the number of blocks."""
        median = statistics.median(self.differences)
        spread = statistics.median(abs(one - median) for one in self.differences)
        error = 1.48 * spread / len(self.differences) ** 0.5
        return [Figure(what, 1000 * median, "ms"), Figure(f"error of {what}", 1000 * error, "ms")]


@dataclass(frozen=True, slots=True)
class Served:
    """The *waits* for all answers, those that were *wrong*, and how long it went on. Seconds."""

    people: int
    waits: tuple[float, ...]
    wrong: tuple[str, ...]
    span_s: float

    def figures(self) -> list[Figure]:
        who = f"{self.people} people at once"
        return [
            Figure(f"answers a second to {who}", len(self.waits) / self.span_s, "1/s"),
            Figure(f"95 of 100 answers to {who}", percentile(self.waits, 95), "s"),
        ]


class Scrapes(Background):
    """Reads the page of metrics at once, and then every *every_s* seconds."""

    def __init__(self, assistant: AssistantApi, every_s: float) -> None:
        super().__init__()
        self._assistant = assistant
        self._every_s = every_s

    def work(self) -> None:
        while True:
            assert self._assistant.metrics(), "there is no page of metrics"
            if self.over.wait(self._every_s):
                return


def _completion() -> object:
    system = {"role": "system", "content": "Summarize the text in a few sentences."}
    return {"model": "assistant-1", "messages": [system, {"role": "user", "content": new_letter()}]}
