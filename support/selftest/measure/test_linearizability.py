"""Histories of a register that are known to be linearizable, or not."""

import random
from math import inf

import pytest

from support.measure.linearizability import Linearizability, Operation, check


def write(value: str, begin: float, end: float = inf) -> Operation:
    return Operation(writes=True, value=value, begin=begin, end=end)


def read(value: str | None, begin: float, end: float) -> Operation:
    return Operation(writes=False, value=value, begin=begin, end=end)


@pytest.mark.parametrize(
    "calls",
    [
        [],
        [write("a", 0, 1), read("a", 2, 3)],
        [read(None, 0, 1), write("a", 2, 3)],
        [write("a", 0, 10), read(None, 1, 2), read("a", 3, 4)],
        [write("a", 0, 5), write("b", 0, 5), read("a", 6, 7)],
        [write("a", 0, 1), write("b", 2), read("a", 3, 4), read("b", 5, 6)],
        [write("a", 0, 1), write("b", 2), read("a", 3, 4)],
        [write("a", 0, 5), read("a", 1, 2), write("b", 3, 4), read("b", 6, 7)],
    ],
)
def test_a_history_that_one_order_explains_is_linearizable(calls):
    assert check(calls) is Linearizability.LINEARIZABLE


@pytest.mark.parametrize(
    "calls",
    [
        [write("a", 0, 1), read(None, 2, 3)],
        [write("a", 0, 1), write("b", 2, 3), read("a", 4, 5)],
        [write("a", 0, 10), read("a", 1, 2), read(None, 3, 4)],
        [write("a", 0, 5), write("b", 0, 5), read("a", 6, 7), read("b", 8, 9)],
        [write("a", 0, 1), write("b", 2), read("b", 3, 4), read("a", 5, 6)],
        [read("a", 0, 1), write("a", 2, 3)],
    ],
)
def test_a_stale_lost_or_invented_value_is_not_linearizable(calls):
    assert check(calls) is Linearizability.NOT_LINEARIZABLE


def history(seed, calls):
    """Four clients on a correct register: each operation takes effect at a moment between its begin and its end."""
    chance, held, operations = random.Random(seed), None, []
    moments = sorted((chance.random() * calls, client) for client in range(4) for _ in range(calls // 4))
    ends = [0.0] * 4
    for number, (moment, client) in enumerate(moments):
        begin = max(moment - chance.random() * 3, ends[client])
        ends[client] = end = max(moment, begin) + chance.random() * 0.01
        if chance.random() < 0.5:
            held = str(number)
        operations.append(Operation(held == str(number), held, min(begin, moment), max(moment, end)))
    return operations


@pytest.mark.parametrize("seed", range(20))
def test_the_history_of_a_correct_register_is_linearizable(seed):
    assert check(history(seed, 400)) is Linearizability.LINEARIZABLE


@pytest.mark.parametrize("seed", range(20))
def test_one_stale_read_in_it_is_found(seed):
    calls = history(seed, 400)
    calls.append(read(next(call.value for call in calls if call.writes), 500, 501))

    assert check(calls) is Linearizability.NOT_LINEARIZABLE


def test_a_search_that_takes_too_long_is_undecided():
    calls = [write(str(number), 0) for number in range(40)] + [read("x", 1, 2)]

    assert check(calls, limit_s=0.05) is Linearizability.UNDECIDED
