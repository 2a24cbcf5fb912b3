"""The load generator keeps its schedule whatever the service does, and a schedule that was not kept is noticed."""

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
from support.workload.__main__ import due_moments, send_load
from support.workload.load_profile import LoadProfile, TimedRequest
from support.workload.open_loop import LoadGenerator, LoadResult


@contextmanager
def server(stalls_s: float = 0.0) -> Iterator[str]:
    """A server that answers at once after an initial stall; it answers 503 for /shut."""
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

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    threading.Thread(target=http.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{http.server_port}"
    finally:
        http.shutdown()
        http.server_close()


def sent(count: int, *, late_ms: float = 0.0, late: int = 0, wait_ms: float = 5.0) -> LoadResult:
    """*count* requests 10 ms apart, the first *late* of them sent *late_ms* late."""
    return LoadResult(
        [
            TimedRequest(n / 100, n / 100 + (late_ms / 1000 if n < late else 0), n / 100 + wait_ms / 1000, 200)
            for n in range(count)
        ]
    )


def test_questions_are_due_at_random_at_the_rate_that_was_planned_and_the_same_again_from_the_same_seed():
    plan = LoadProfile("", [], rate=200, seed=3)
    moments = list(islice(due_moments(plan, 10.0), 20_000))
    gaps = [later - earlier for earlier, later in pairwise(moments)]

    assert moments == list(islice(due_moments(plan, 10.0), 20_000))
    assert sum(gaps) / len(gaps) == pytest.approx(1 / 200, rel=0.03)
    assert sum(gap > 1 / 200 for gap in gaps) / len(gaps) == pytest.approx(math.exp(-1), abs=0.02)  # memoryless


def test_a_service_that_stalls_does_not_delay_later_requests():
    """The reason for open loops: a client that waits for each answer hardly notices a stall (coordinated omission)."""
    with server(stalls_s=0.6) as url:

        async def send() -> list[TimedRequest]:
            enough = asyncio.Event()
            asyncio.get_running_loop().call_later(1.0, enough.set)
            return await send_load(LoadProfile(url, ["/"], rate=100, seed=1), enough)

        load = LoadResult(asyncio.run(send()))

    during = [one for one in load.requests if one.ended - one.due > 0.1]
    assert len(during) > 30  # of some 50 that were due in the first half second
    assert all(one.status == 200 for one in load.requests)


def test_the_process_sends_until_it_has_to_end_and_returns_its_record():
    with server() as url, LoadGenerator(LoadProfile(url, ["/", "/shut"], rate=100, seed=1)) as generator:
        throughout(generator.check_alive, span=timedelta(seconds=0.5))
        load = generator.end()

    assert 20 <= len(load.requests) <= 100
    assert [one.due for one in load.requests] == sorted(one.due for one in load.requests)
    assert all(one.due <= one.sent <= one.ended for one in load.requests)
    refused = load.failures()
    assert set(refused) == {"HTTP 503"}
    assert len(load.requests) // 2 - 1 <= len(refused) <= len(load.requests) // 2 + 1


def test_a_refused_connection_is_no_answer():
    with LoadGenerator(LoadProfile("http://127.0.0.1:1", ["/"], rate=100, seed=1)) as generator:
        throughout(generator.check_alive, span=timedelta(seconds=0.2))
        assert set(generator.end().failures()) == {"no answer"}


def test_a_generator_that_dies_is_a_broken_harness():
    with LoadGenerator(LoadProfile("http://127.0.0.1:1", ["/"], rate=100, seed=1)) as generator:
        generator._process.kill()
        generator._process.wait()
        with pytest.raises(BrokenHarnessError, match="has ended by itself"):
            generator.check_alive()
        with pytest.raises(BrokenHarnessError, match="left no record"):
            generator.end()


def test_enough_load_on_schedule_is_accepted():
    sent(1000).require_volume(1000)
    sent(1000, late_ms=51, late=10).require_schedule()


def test_too_little_or_late_load_is_inconclusive():
    with pytest.raises(InconclusiveError, match="load too low: 999 requests were sent"):
        sent(999).require_volume(1000)
    with pytest.raises(InconclusiveError, match=r"load too low: .* 11 of them sent more than 50 ms late"):
        sent(1000, late_ms=51, late=11).require_schedule()


def test_latency_counts_from_the_moment_at_which_the_request_was_due():
    load = LoadResult(
        [TimedRequest(1.0, 1.5, 1.6, 200), TimedRequest(2.0, 2.0, 2.1, 200), TimedRequest(3.0, 3.0, 3.1, 200)]
    )

    assert load.latencies_ms() == pytest.approx([600, 100, 100])
    assert len(load.due_in([(0.9, 1.1), (2.9, 3.5)]).requests) == 2


def test_percentiles():
    assert percentile([5.0], 95) == 5.0
    values = list(range(101))
    assert [percentile(values, percent) for percent in (50, 95, 99)] == [50, 95, 99]
    assert percentile([1.0] * 99 + [1000.0], 99) < 1000 < percentile([1.0] * 98 + [2000.0] * 2, 99)


def test_a_steady_slope_is_found_under_noise_and_a_few_wild_values_do_not_change_it():
    assert steady_slope([3 + 2 * n for n in range(20)]) == pytest.approx(2)
    assert steady_slope([3 + 2 * n + (500 if n in (3, 9, 19) else 0) for n in range(20)]) == pytest.approx(2, abs=0.5)
    assert steady_slope([100.0] * 15 + [104.0] * 5) == 0
