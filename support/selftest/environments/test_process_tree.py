"""A signal to a tree of processes reaches all that are left of it."""

import signal
from dataclasses import dataclass, field
from typing import Any, cast

import psutil
import pytest

from support.environments.process_tree import signal_tree


@dataclass
class Process:
    ended: bool = False
    started: list["Process"] = field(default_factory=list)
    received: list[int] = field(default_factory=list)

    def children(self, *, recursive: bool) -> list["Process"]:
        assert recursive
        if self.ended:
            raise psutil.NoSuchProcess(1)
        return self.started

    def send_signal(self, number: int) -> None:
        if self.ended:
            raise psutil.NoSuchProcess(1)
        self.received.append(number)


def test_one_that_has_ended_does_not_keep_it_from_the_others() -> None:
    last = Process()
    first = Process(started=[Process(ended=True), last])
    signal_tree(cast("Any", first), signal.SIGCONT)
    assert (first.received, last.received) == ([signal.SIGCONT], [signal.SIGCONT])


def test_a_tree_that_has_ended_is_no_mistake() -> None:
    signal_tree(cast("Any", Process(ended=True)), signal.SIGCONT)


def test_what_is_not_permitted_is_told() -> None:
    class Foreign(Process):
        def send_signal(self, number: int) -> None:
            raise psutil.AccessDenied(number)

    with pytest.raises(psutil.AccessDenied):
        signal_tree(cast("Any", Foreign()), signal.SIGCONT)
