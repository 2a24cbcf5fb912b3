"""A stand-in records what it was asked, and when."""

import time
from datetime import timedelta

import pytest
import requests

from support.core.eventually import patiently
from support.selftest.standins.weather_client import Weather, end
from support.standins.client import gaps
from support.standins.record import LIMIT, RequestRecord
from support.standins.script import Answer, CutStream, Drop, Ok, Rule, Silent


def test_the_record_says_what_was_asked_and_when(weather: Weather) -> None:
    before, before_mono = time.time(), time.monotonic()
    weather.get("/live")
    between = time.monotonic()
    weather.get(city="Oslo", day=2)
    live, dated = weather.record.requests()
    assert (live.method, live.path, live.query, live.key) == ("GET", "/live", {}, None)
    assert (dated.path, dated.query, dated.key) == ("/forecast", {"city": "Oslo", "day": "2"}, "Oslo")
    assert (dated.status, dated.rule, dated.probe, dated.body) == (200, None, False, "")
    assert before <= live.at <= end(live) <= dated.at <= time.time()
    assert before_mono <= live.mono <= between <= dated.mono
    assert live.id < dated.id
    assert gaps([live, dated]) == [dated.mono - live.mono]


def test_the_record_can_be_read_from_an_id_on_and_cleared(weather: Weather) -> None:
    weather.statuses(3)
    first, *rest = weather.record.requests()
    later = requests.get(f"{weather.url}/_control/requests", params={"since": first.id}, timeout=3).json()
    assert [request["id"] for request in later] == [request.id for request in rest]
    weather.record.clear()
    assert weather.record.requests() == []
    weather.get()
    assert weather.record.requests()[0].id > rest[-1].id


def test_the_record_forgets_the_oldest() -> None:
    record = RequestRecord()
    for _ in range(LIMIT + 2):
        record.arrived(at=0.0, mono=0.0, method="GET", path="/")
    record.finished(1, status=200)
    kept = list(record.since(0))
    assert (len(kept), kept[0].id) == (LIMIT, 3)


@pytest.mark.parametrize("answer", [Silent(), Ok(), CutStream(1, "silence")])
def test_the_record_tells_who_waited_no_longer(weather: Weather, answer: Answer) -> None:
    weather.script(Rule(answer=answer, latency_s=5 if isinstance(answer, Ok) else 0))
    with pytest.raises(requests.RequestException):
        requests.get(f"{weather.url}/live", timeout=0.1).raise_for_status()

    def check() -> None:
        assert weather.record.requests()[0].left_at

    patiently(check, within=timedelta(seconds=2))


def test_who_was_cut_off_has_not_left(weather: Weather) -> None:
    weather.script(Rule(answer=Drop()))
    with pytest.raises(requests.RequestException):
        weather.get()
    assert weather.record.requests()[0].left_at is None
