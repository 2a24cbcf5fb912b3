"""Who took the processors."""

import pytest

from support.core import processor_time
from support.core.processor_time import ProcessorWatch, Spent, share_of_others


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("psutil.cpu_count", lambda: 2)


def test_what_the_suite_spends_is_not_taken_by_others() -> None:
    assert share_of_others(Spent(0, 0, 0), Spent(10, 15, 5)) == 50
    assert share_of_others(Spent(0, 0, 0), Spent(10, 15, 15)) == 0
    assert share_of_others(Spent(0, 0, 0), Spent(0, 0, 0)) == 0


def test_the_busiest_span_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter([Spent(0, 0, 0), Spent(1, 0, 0), Spent(2, 1.8, 0), Spent(3, 1.8, 0)])
    monkeypatch.setattr(processor_time, "spent", lambda _counter: next(looks))
    monkeypatch.setattr("time.monotonic", lambda: 1e9)
    watch = ProcessorWatch()
    for _ in range(3):
        watch.look()
    assert watch.others_since(0.5) == pytest.approx(90)
    monkeypatch.setattr(watch, "look", lambda: None)
    assert watch.others_since(2.5) == 0
    assert watch.slowdown_since(2.5) == 1
    assert watch.slowdown_since(0.5) == processor_time.SLOWEST
