"""A stand-in records what it was asked, and when."""

import time

import requests

from support.selftest.standins.weather_client import Weather, end
from support.standins.client import gaps
from support.standins.record import LIMIT, RequestRecord


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
