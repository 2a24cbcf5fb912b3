"""Closed-loop load: people who ask again and again, and try the next assistant when one does not answer."""

import itertools
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from types import TracebackType
from typing import Self

from support.systems.assistant.actors.assistant_api import AssistantApi
from support.systems.assistant.actors.person import Person, Reply
from support.systems.assistant.operations import ALL as OPERATIONS

PAUSE_S = 0.05
FAILOVER_TIMEOUT_S = 2.0  # after this time a person tries the next assistant; each answers within 1.5 s
ROUNDS = 2  # while a person waited for one assistant, which is back by then, the next one may have gone


@dataclass(frozen=True, slots=True)
class Call:
    """What one assistant, by its place in the fleet, replied to a person; the request's id says which one it was."""

    instance: int
    reply: Reply


@dataclass(frozen=True, slots=True)
class Request:
    """All calls for one request of a person, as a load balancer would make them; the last one counts."""

    calls: tuple[Call, ...]

    @property
    def reply(self) -> Reply:
        return self.calls[-1].reply

    @property
    def waited_s(self) -> float:
        return sum(call.reply.waited.total_seconds() for call in self.calls)


class ContinuousRequests:
    """The end of the `with` block stops the people."""

    def __init__(self) -> None:
        self._over = Event()
        self._numbers = itertools.count(1)
        self._pool: ThreadPoolExecutor | None = None
        self._running: list[Future[None]] = []
        self._instances: list[Person] = []
        self.requests: list[Request] = []

    def begin(self, people: int, urls: Sequence[str]) -> None:
        self._instances = [Person(AssistantApi(url, FAILOVER_TIMEOUT_S)) for url in urls]
        self._pool = ThreadPoolExecutor(people)
        self._running = [self._pool.submit(self._ask_repeatedly, number) for number in range(people)]

    def ask(self, instance: int, operation: str) -> Reply:
        """Ask one assistant, and no other."""
        request = Request((self._call(instance, operation),))
        self.requests.append(request)
        return request.reply

    def end(self) -> list[Request]:
        """Stop, wait for the last answers, and return all requests."""
        self._over.set()
        if self._pool:
            self._pool.shutdown()
        for person in self._running:
            person.result()
        return self.requests

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.end()

    def _ask_repeatedly(self, number: int) -> None:
        for turn in itertools.count(number):
            operation = OPERATIONS[turn % len(OPERATIONS)]
            calls: list[Call] = []
            for place in range(ROUNDS * len(self._instances)):
                calls.append(self._call((turn + place) % len(self._instances), operation))
                if calls[-1].reply.status is not None:
                    break
            self.requests.append(Request(tuple(calls)))
            if self._over.wait(PAUSE_S):
                return

    def _call(self, instance: int, operation: str) -> Call:
        request_id = f"{instance}-{next(self._numbers)}"
        return Call(instance, self._instances[instance].ask(operation, request_id=request_id))


def instance_of(request_id: str) -> int:
    """The place in the fleet of the assistant that was asked under this id; -1 if the id is none of ours."""
    place = request_id.partition("-")[0]
    return int(place) if place.isdecimal() else -1
