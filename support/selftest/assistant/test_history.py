"""The history is kept over restarts, whatever happened to the process or the file; its size and its answers are bounded."""

import asyncio
import signal
import subprocess
import sys

import pytest

from support.selftest.assistant.monitored import ended, work
from support.systems.assistant.app import history_store
from support.systems.assistant.app.events import AttemptEnded
from support.systems.assistant.app.history import History
from support.systems.assistant.app.history_store import HistoryError, Query, TooManyRowsError
from support.systems.assistant.app.model import Kind, Source


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def told(folder, *batches, clock=None):
    """Write each batch of events 10 s after the one before."""
    clock = clock or Clock()

    async def story():
        history = History(folder, clock)
        for batch in batches:
            clock.now += 10
            for event in batch:
                history(event)
            await history.write()
        await history.close()

    asyncio.run(story())


ALL = Query()


def found(folder, query=ALL):
    async def story():
        history = History(folder)
        try:
            return await history.find(query)
        finally:
            await history.close()

    return asyncio.run(story())


def test_a_row_has_what_became_of_the_requests_of_one_operation(tmp_path):
    told(
        tmp_path,
        [
            AttemptEnded(work(), 1, 0.1, Kind.TIME_OUT),
            AttemptEnded(work(), 2, 0.1),
            *(
                ended(source, took_s=took_s)
                for source, took_s in zip((*Source, None), (0.1, 0.2, 0.3, 0.4), strict=True)
            ),
            ended(Source.LIVE, operation="sentiment"),
        ],
    )

    qa, sentiment = found(tmp_path)

    assert qa == (1010.0, "qa", 4, 1, 1, 1, 1, 2, 1, 0.2, 0.4)
    assert sentiment[:4] == (1010.0, "sentiment", 1, 1)


def test_there_are_rows_only_for_operations_with_traffic(tmp_path):
    told(tmp_path, [ended(Source.LIVE)], [], [ended(Source.LIVE, operation="sentiment")])

    assert [(row.at, row.operation) for row in found(tmp_path)] == [(1010.0, "qa"), (1030.0, "sentiment")]


def test_what_was_not_written_yet_is_written_at_the_end(tmp_path):
    async def story():
        history = History(tmp_path)
        history(ended(Source.LIVE))
        await history.close()

    asyncio.run(story())
    assert [row.requests for row in found(tmp_path)] == [1]


def test_rows_are_found_by_operation_and_time(tmp_path):
    told(tmp_path, *[[ended(Source.LIVE), ended(Source.LIVE, operation="sentiment")]] * 5)

    rows = found(tmp_path, Query("qa", since=1020, until=1040))

    assert [(row.at, row.operation) for row in rows] == [(1020.0, "qa"), (1030.0, "qa"), (1040.0, "qa")]


def test_rows_are_added_up_by_steps(tmp_path):
    slow, fast = ended(Source.FALLBACK, took_s=0.4), ended(Source.LIVE, took_s=0.1)
    told(tmp_path, [fast] * 3, [slow], [fast])

    first, second = found(tmp_path, Query(step_s=15))

    assert first[:6] == (1005.0, "qa", 3, 3, 0, 0)
    assert second[:6] == (1020.0, "qa", 2, 1, 0, 1)
    assert (second.p50_s, second.p95_s) == (0.25, 0.4)
    assert sum(row.requests for row in found(tmp_path, Query(step_s=3600))) == 5


WRITER = """
import asyncio, sys
from pathlib import Path
from support.selftest.assistant.monitored import ended
from support.systems.assistant.app.history import History
from support.systems.assistant.app.model import Source

async def story():
    history = History(Path(sys.argv[1]))
    while True:
        history(ended(Source.LIVE))
        await history.write()
        print("written", flush=True)

asyncio.run(story())
"""


def test_nothing_that_was_written_is_lost_when_the_process_is_killed(tmp_path):
    written = 0
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        seen = 0
        while seen < 20:
            assert process.stdout.readline() == "written\n"
            seen += 1
        process.send_signal(signal.SIGKILL)
        written += seen + process.communicate()[0].count("written\n")

    rows = found(tmp_path)

    assert written <= len(rows) <= written + 3  # the last of each may have been written and not told
    assert [row.at for row in rows] == sorted(row.at for row in rows)


def test_a_damaged_file_is_set_aside_and_a_new_one_begun(tmp_path):
    told(tmp_path, [ended(Source.LIVE)])
    file = tmp_path / "history.sqlite"
    file.write_bytes(b"no database" * 500)

    told(tmp_path, [ended(Source.LIVE)], [ended(Source.LIVE)])

    assert [row.requests for row in found(tmp_path)] == [1, 1]
    assert (tmp_path / "history.damaged").read_bytes().startswith(b"no database")


def test_a_folder_that_is_not_there_is_told_and_disturbs_nobody(tmp_path):
    told(tmp_path / "missing", [ended(Source.LIVE)])
    with pytest.raises(HistoryError):
        found(tmp_path / "missing")


def test_the_oldest_rows_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(history_store, "MOST_ROWS", 3)

    told(tmp_path, *[[ended(Source.LIVE)]] * 5)

    assert [row.at for row in found(tmp_path)] == [1030.0, 1040.0, 1050.0]


def test_an_answer_with_too_many_rows_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(history_store, "MOST_ROWS_ANSWERED", 2)
    told(tmp_path, *[[ended(Source.LIVE)]] * 3)

    with pytest.raises(TooManyRowsError):
        found(tmp_path)
    assert len(found(tmp_path, Query(step_s=3600))) == 1
