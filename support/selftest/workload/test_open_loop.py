"""The load generator: it keeps its schedule whatever the service does, and whoever could not keep it says so."""

import asyncio
import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice, pairwise

import pytest

from support.core.errors import BrokenHarnessError, InconclusiveError
from support.core.eventually import throughout
from support.measure.statistics import percentile, steady_slope
from support.workload.__main__ import ask_as_planned, due_moments
from support.workload.load_profile import Asked, Plan
from support.workload.open_loop import Load, OpenLoop


@contextmanager
def shop(stalls_s: float = 0.0) -> Iterator[str]:
    """A server that answers at once, but for a stall of all its answers; it refuses what is asked of /shut."""
    opened = time.monotonic() + stalls_s

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            threading.Event().wait(max(0.0, opened - time.monotonic()))
            self.send_response(503 if self.path == "/shut" else 200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def asked(count: int, *, late_ms: float = 0.0, late: int = 0, wait_ms: float = 5.0) -> Load:
    """So many questions 10 ms apart, the first *late* of them sent so late."""
    return Load(
        [
            Asked(n / 100, n / 100 + (late_ms / 1000 if n < late else 0), n / 100 + wait_ms / 1000, 200)
            for n in range(count)
        ]
    )


def test_questions_are_due_at_random_at_the_rate_that_was_planned_and_the_same_again_from_the_same_seed():
    plan = Plan("", [], rate=200, seed=3)
    moments = list(islice(due_moments(plan, 10.0), 20_000))
    gaps = [later - earlier for earlier, later in pairwise(moments)]

    assert moments == list(islice(due_moments(plan, 10.0), 20_000))
    assert sum(gaps) / len(gaps) == pytest.approx(1 / 200, rel=0.03)
    assert sum(gap > 1 / 200 for gap in gaps) / len(gaps) == pytest.approx(math.exp(-1), abs=0.02)  # memoryless


def test_a_service_that_stalls_does_not_hold_back_those_who_come_meanwhile():
    """The mistake that open loops are for: whoever waits for an answer before asking again hardly sees the stall."""
    with shop(stalls_s=0.6) as url:

        async def ask() -> list[Asked]:
            enough = asyncio.Event()
            asyncio.get_running_loop().call_later(1.0, enough.set)
            return await ask_as_planned(Plan(url, ["/"], rate=100, seed=1), enough)

        load = Load(asyncio.run(ask()))

    during = [one for one in load.asked if one.ended - one.due > 0.1]
    assert len(during) > 30  # of some 50 that were due in the first half second
    assert all(one.status == 200 for one in load.asked)


def test_the_process_asks_until_it_is_told_to_end_and_tells_what_became_of_it():
    with shop() as url, OpenLoop(Plan(url, ["/", "/shut"], rate=100, seed=1)) as generator:
        throughout(generator.must_go_on, span=timedelta(seconds=0.5))
        load = generator.end()

    assert 20 <= len(load.asked) <= 100
    assert [one.due for one in load.asked] == sorted(one.due for one in load.asked)
    assert all(one.due <= one.sent <= one.ended for one in load.asked)
    refused = load.turned_away()
    assert set(refused) == {"HTTP 503"}
    assert len(load.asked) // 2 - 1 <= len(refused) <= len(load.asked) // 2 + 1


def test_nobody_at_home_is_told_as_no_answer():
    with OpenLoop(Plan("http://127.0.0.1:1", ["/"], rate=100, seed=1)) as generator:
        throughout(generator.must_go_on, span=timedelta(seconds=0.2))
        assert set(generator.end().turned_away()) == {"no answer"}


def test_a_generator_that_dies_is_a_broken_harness():
    with OpenLoop(Plan("http://127.0.0.1:1", ["/"], rate=100, seed=1)) as generator:
        generator._process.kill()
        generator._process.wait()
        with pytest.raises(BrokenHarnessError, match="has ended by itself"):
            generator.must_go_on()
        with pytest.raises(BrokenHarnessError, match="left no record"):
            generator.end()


def test_a_load_that_was_put_is_accepted():
    asked(1000).must_have_been_put(1000)
    asked(1000, late_ms=51, late=10).must_have_kept_its_schedule()


def test_a_load_that_was_not_put_is_inconclusive():
    with pytest.raises(InconclusiveError, match="load too low: 999 questions were asked"):
        asked(999).must_have_been_put(1000)
    with pytest.raises(InconclusiveError, match=r"load too low: .* 11 of them sent more than 50 ms late"):
        asked(1000, late_ms=51, late=11).must_have_kept_its_schedule()


def test_a_wait_counts_from_the_moment_at_which_the_question_was_due():
    load = Load([Asked(1.0, 1.5, 1.6, 200), Asked(2.0, 2.0, 2.1, 200), Asked(3.0, 3.0, 3.1, 200)])

    assert load.waits_ms() == pytest.approx([600, 100, 100])
    assert len(load.due_in([(0.9, 1.1), (2.9, 3.5)]).asked) == 2


def test_percentiles():
    assert percentile([5.0], 95) == 5.0
    values = list(range(101))
    assert [percentile(values, percent) for percent in (50, 95, 99)] == [50, 95, 99]
    assert percentile([1.0] * 99 + [1000.0], 99) < 1000 < percentile([1.0] * 98 + [2000.0] * 2, 99)


def test_a_steady_slope_is_found_under_noise_and_a_few_wild_values_do_not_change_it():
    assert steady_slope([3 + 2 * n for n in range(20)]) == pytest.approx(2)
    assert steady_slope([3 + 2 * n + (500 if n in (3, 9, 19) else 0) for n in range(20)]) == pytest.approx(2, abs=0.5)
    assert steady_slope([100.0] * 15 + [104.0] * 5) == 0
