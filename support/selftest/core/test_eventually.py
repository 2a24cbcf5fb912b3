"""Waiting: what is late, what never comes, and what is neither on a machine that others keep busy."""

import time
from datetime import timedelta

import pytest

from support.core.bounds import LateError
from support.core.eventually import eventually, patiently
from support.core.processor_time import WATCH

PROMISED = timedelta(seconds=0.05)


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WATCH, "slowdown_since", lambda _at: 8.0)


@pytest.fixture
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WATCH, "slowdown_since", lambda _at: 1.0)


class After:
    """True once *seconds* have passed."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def __call__(self) -> str:
        if time.monotonic() < self._at:
            raise AssertionError("not yet")
        return "done"


@pytest.mark.usefixtures("calm")
def test_on_a_calm_machine_a_promise_ends_when_it_ends() -> None:
    began = time.monotonic()
    with pytest.raises(AssertionError, match=r"^not fulfilled within 0.05 s: not yet$") as never:
        eventually(After(9), within=PROMISED)
    assert not isinstance(never.value, LateError)
    assert time.monotonic() - began < 2


@pytest.mark.usefixtures("busy")
def test_on_a_busy_machine_what_is_late_is_told_from_what_never_comes() -> None:
    with pytest.raises(LateError, match=r"fulfilled only after .* not within 0.05 s; until then: not yet") as late:
        eventually(After(0.15), within=PROMISED)
    assert 1 < late.value.times < 8
    with pytest.raises(AssertionError, match=r"not fulfilled within 0.05 s, nor within .* s: not yet") as never:
        eventually(After(9), within=PROMISED)
    assert not isinstance(never.value, LateError)


@pytest.mark.usefixtures("busy")
def test_where_nothing_is_promised_late_is_as_good() -> None:
    assert patiently(After(0.15), within=PROMISED) == "done"
