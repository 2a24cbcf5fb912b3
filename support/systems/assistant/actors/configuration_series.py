"""A series of configurations, each different in every operation, so that a mixture of two of them shows."""

import itertools
import re
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from support.core.background import Background
from support.core.http_client import Response
from support.systems.assistant.actors.administrator import Administrator
from support.systems.assistant.operations import Operation
from support.systems.assistant.well_formed import well_formed

OK = 200
PATIENT = {"attempt_timeout_s": 5, "deadline_s": 20}  # so that nobody's answer depends on how busy the machine is


def configuration(number: int) -> dict[str, Any]:
    """The *number*-th of the series."""
    part = {
        "prompt": instruction(number),
        "retry": {**PATIENT, "attempts": _attempts(number)},
        "breaker": {"slow_call_s": PATIENT["attempt_timeout_s"]},
    }
    return {"preset": "simple", "operations": {one.api: part for one in Operation}}


@well_formed("the configuration")
def number_of(body: Mapping[str, Any]) -> int:
    """Which of the series the body of `GET configuration` shows; raises `AssertionError` if it is wholly none."""
    found = {(one.get("prompt"), one.get("retry", {}).get("attempts")): name for name, one in body["effective"].items()}
    parts = ", ".join(f"{name}: {attempts} attempts, {prompt!r}" for (prompt, attempts), name in found.items())
    (prompt, attempts), *more = found
    number = int(str(prompt).removeprefix("Change ")) if re.fullmatch(r"Change \d+", str(prompt)) else 0
    assert (number > 0, more, attempts) == (True, [], _attempts(number)), (
        f"version {body['version']} is none of them: {parts}"
    )
    return number


class Changing(Background):
    """An administrator who sends one after the other, also in the background; *sent* and *accepted* are the numbers of the last."""

    def __init__(self, administrator: Administrator) -> None:
        super().__init__()
        self._administrator = administrator
        self.sent = self.accepted = 0

    def once(self) -> bool:
        """Send the next one; returns whether it was accepted."""
        self.sent += 1
        if self._administrator.configure(configuration(self.sent)).status == OK:
            self.accepted = self.sent
        return self.accepted == self.sent

    def times(self, count: int) -> None:
        """Raises `AssertionError` if one is not accepted."""
        for _ in range(count):
            assert self.once(), f"change {self.sent} was not accepted"

    def work(self) -> None:
        """Until the first one that is not accepted."""
        while not self.over.is_set() and self.once():
            pass


class Reading(Background):
    """An administrator who reads the configuration again and again; *seen* are the bodies, in order."""

    def __init__(self, administrator: Administrator) -> None:
        super().__init__()
        self._administrator = administrator
        self.seen: list[Mapping[str, Any]] = []

    def work(self) -> None:
        while not self.over.is_set():
            self.seen.append(self._administrator.configuration().body)


@dataclass(frozen=True, slots=True)
class Rivals:
    """What became of changes of one version that arrived together: the answers by their numbers in the series."""

    answers: Mapping[int, Response]

    @property
    def accepted(self) -> list[int]:
        return [number for number, answer in self.answers.items() if answer.status == OK]

    @property
    def others(self) -> list[Response]:
        return [answer for answer in self.answers.values() if answer.status != OK]


def at_once(administrator: Administrator, count: int) -> Rivals:
    """*count* changes of the version that is now in force."""
    with well_formed("the configuration"):
        version = administrator.configuration().body["version"]
    ready = threading.Barrier(count)

    def change(number: int) -> Response:
        ready.wait(timeout=5)
        return administrator.configure(configuration(number), if_version=version)

    numbers = list(itertools.islice(itertools.count(1), count))
    with ThreadPoolExecutor(count) as pool:
        return Rivals(dict(zip(numbers, pool.map(change, numbers), strict=True)))


def large(number: int, operations: int) -> dict[str, Any]:
    """So many *operations*, those from the start among them; another one for each *number*."""
    part = {
        "strategy": "critical",
        "prompt": instruction(number + 1),
        "retry": {"attempts": _attempts(number), "deadline_s": 30},
        "bulkhead": {"concurrent": 20},
    }
    names = [one.api for one in Operation]
    names += [f"operation_{one}" for one in range(operations - len(names))]
    return {"preset": "simple", "operations": dict.fromkeys(names, part)}


def instruction(number: int) -> str:
    return f"Change {number}"


def _attempts(number: int) -> int:
    return 1 + number % 5
