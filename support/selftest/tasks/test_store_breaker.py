"""The circuit breaker before the store, with the clock in hand."""

import asyncio

import pytest

from support.selftest.tasks.stored import Heard, until
from support.systems.tasks.app.server.observing import BreakerMoved, BreakerState
from support.systems.tasks.app.server.store_breaker import NotPermittedError, StoreBreaker

CLOSED, OPEN, HALF_OPEN = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN


def with_a_clock(test, failures=3, open_s=10, probes=2):
    async def run():
        now = [0.0]
        breaker = StoreBreaker(failures, open_s, probes, lambda _: None, clock=lambda: now[0])
        try:
            test(breaker, now)
        finally:
            breaker.close()

    asyncio.run(run())


def fail(breaker, times=1):
    for _ in range(times):
        breaker.failed(breaker.permit())


def test_opens_after_that_many_failures_in_succession_and_not_before():
    def test(breaker, _):
        fail(breaker, 2)
        breaker.succeeded(breaker.permit())
        fail(breaker, 2)
        assert (breaker.state, breaker.failures) == (CLOSED, 2)
        fail(breaker)
        assert (breaker.state, breaker.failures) == (OPEN, 3)

    with_a_clock(test)


def test_permits_nothing_while_open_and_says_for_how_long():
    def test(breaker, now):
        fail(breaker, 3)
        now[0] = 4.0
        with pytest.raises(NotPermittedError) as refused:
            breaker.permit()
        assert refused.value.retry_after_s == breaker.retry_after_s == 6.0
        now[0] = 9.999
        assert breaker.state is OPEN
        now[0] = 10.0
        assert (breaker.state, breaker.retry_after_s) == (HALF_OPEN, None)

    with_a_clock(test)


def test_half_open_it_permits_that_many_probes_at_once_and_closes_when_all_succeeded():
    def test(breaker, now):
        fail(breaker, 3)
        now[0] = 10.0
        probes = [breaker.permit(), breaker.permit()]
        with pytest.raises(NotPermittedError):
            breaker.permit()
        breaker.succeeded(probes[0])
        assert breaker.state is HALF_OPEN
        breaker.succeeded(probes[1])
        assert (breaker.state, breaker.failures) == (CLOSED, 0)

    with_a_clock(test)


def test_one_failed_probe_opens_it_again_for_the_whole_time():
    def test(breaker, now):
        fail(breaker, 3)
        now[0] = 12.0
        first, second = breaker.permit(), breaker.permit()
        breaker.failed(first)
        breaker.succeeded(second)  # of no effect any more
        assert (breaker.state, breaker.retry_after_s) == (OPEN, 10.0)
        now[0] = 22.0
        breaker.permit()
        breaker.permit()  # both places are there again

    with_a_clock(test)


def test_a_cancelled_probe_gives_its_place_back():
    def test(breaker, now):
        fail(breaker, 3)
        now[0] = 10.0
        for _ in range(5):
            breaker.gave_up(breaker.permit())
        assert breaker.state is HALF_OPEN
        breaker.permit()
        breaker.permit()

    with_a_clock(test)


def test_calls_from_before_it_moved_say_nothing_about_the_time_after():
    def test(breaker, now):
        slow = [breaker.permit() for _ in range(3)]
        fail(breaker, 3)
        now[0] = 10.0
        breaker.permit()
        for permit in slow:
            breaker.failed(permit)
        assert breaker.state is HALF_OPEN

    with_a_clock(test)


def test_becomes_half_open_and_tells_it_though_nobody_calls():
    async def run():
        told = Heard()
        breaker = StoreBreaker(1, 0.02, 1, told)
        fail(breaker)
        await until(lambda: len(told) == 2)
        assert told == [BreakerMoved(CLOSED, OPEN), BreakerMoved(OPEN, HALF_OPEN)]
        breaker.close()

    asyncio.run(run())
