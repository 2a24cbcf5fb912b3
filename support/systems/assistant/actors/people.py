"""Many people who ask the assistant, all at once or again and again."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from itertools import chain
from threading import Barrier, BrokenBarrierError

from support.core.background import Background
from support.systems.assistant.actors.fleet import Fleet
from support.systems.assistant.actors.person import Crowd, Person, Reply

TOGETHER_S = 5.0  # within which all threads of a crowd have started
PAUSE_S = 0.05


class People:
    """Each person asks the instances of the fleet in turn."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def at_once(self, count: int, operations: Sequence[str]) -> Crowd:
        """*count* people in all, each with one of *operations* in turn; nobody asks before all are ready."""
        ready = Barrier(count)

        def ask(number: int) -> list[Reply]:
            with suppress(BrokenBarrierError):  # the machine was too slow; they ask when they can
                ready.wait(TOGETHER_S)
            return [self._person(number).ask(operations[number % len(operations)])]

        return _crowd(count, ask)

    def for_a_while(self, count: int, operations: Sequence[str], span: timedelta) -> Crowd:
        """*count* people, each of whom asks again after a short pause until *span* has passed."""
        end = time.monotonic() + span.total_seconds()

        def ask(number: int) -> list[Reply]:
            replies = []
            for turn in range(number, number + 1_000_000):
                replies.append(self._person(turn).ask(operations[turn % len(operations)]))
                if time.monotonic() + PAUSE_S >= end:
                    break
                time.sleep(PAUSE_S)
            return replies

        return _crowd(count, ask)

    def _person(self, number: int) -> Person:
        instances = self._fleet.instances
        return Person(instances[number % len(instances)].api)


class OngoingRequests(Background):
    """People who keep asking while other things happen, from `begin` until `end`; `crowd` has all answers so far."""

    def __init__(self, people: People, count: int, operations: Sequence[str]) -> None:
        super().__init__()
        self._people = people
        self._count = count
        self._operations = operations
        self._replies: list[Reply] = []

    @property
    def crowd(self) -> Crowd:
        return Crowd(tuple(self._replies))

    def work(self) -> None:
        while not self.over.is_set():
            self._replies += self._people.at_once(self._count, self._operations).replies
            self.over.wait(PAUSE_S)


def _crowd(count: int, ask: Callable[[int], list[Reply]]) -> Crowd:
    with ThreadPoolExecutor(count) as pool:
        replies = chain.from_iterable(pool.map(ask, range(count)))
        return Crowd(tuple(sorted(replies, key=lambda reply: reply.at)))
