"""Which rule of a script answers a request."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from support.selftest.standins.child_process import running
from support.selftest.standins.weather_client import PROBE, WEATHER, Weather
from support.standins.script import (
    Rule,
    Status,
)


@pytest.mark.parametrize(
    "match",
    [
        {"method": "POST"},
        {"path": "/rep*"},
        {"query": {"city": "Oslo", "day": "2"}},
        {"headers": {"x-tenant": "blue"}},
        {"key": "Oslo"},
        {"method": "POST", "path": "/reports", "query": {"day": "2"}, "headers": {"X-Tenant": "blue"}, "key": "Oslo"},
    ],
)
def test_a_rule_matches_by_what_it_names(weather: Weather, match: dict[str, Any]) -> None:
    weather.script(Rule(answer=Status(503), **match))
    posted = requests.post(
        f"{weather.url}/reports", params={"city": "Oslo", "day": "2"}, headers={"X-Tenant": "blue"}, timeout=3
    )
    assert posted.status_code == 503
    assert weather.get(city="Rome", day=2, headers={"X-Tenant": "red"}).status_code == 200


def test_every_takes_one_of_several_beginning_with_the_first(weather: Weather) -> None:
    weather.script(Rule(after=1, every=3, answer=Status(500)))
    assert weather.statuses(1, headers=PROBE) == [200]
    assert weather.statuses(8) == [200, 500, 200, 200, 500, 200, 200, 500]


def test_first_and_after_count_matching_requests_only(weather: Weather) -> None:
    weather.script(Rule(key="Oslo", after=1, first=2, answer=Status(500)))
    assert weather.statuses(2, city="Rome") == [200, 200]
    assert weather.statuses(5, city="Oslo") == [200, 500, 500, 200, 200]
    assert weather.statuses(1) == [200]


def test_rules_that_are_used_up_leave_requests_to_the_next(weather: Weather) -> None:
    weather.script(
        Rule(key="Oslo", first=1, answer=Status(503)),
        Rule(first=2, answer=Status(429)),
        Rule(key="Rome", answer=Status(500)),
    )
    assert weather.statuses(4, city="Oslo") == [503, 429, 429, 200]
    assert weather.statuses(2, city="Rome") == [500, 500]
    assert weather.statuses(1) == [200]
    assert [request.rule for request in weather.record.requests()] == [0, 1, 1, None, 2, 2, None]


def test_a_rate_is_drawn_from_the_seed(weather: Weather) -> None:
    def play(weather: Weather) -> list[int]:
        weather.script(Rule(rate=0.3, answer=Status(500)))
        return weather.statuses(100)

    once = play(weather)
    assert 15 <= once.count(500) <= 45
    assert play(weather) == once
    with running(WEATHER, "--seed", "7") as same, running(WEATHER) as other:
        assert play(Weather(same)) == once
        assert play(Weather(other)) != once


def test_probes_see_what_comes_next_and_use_nothing_up(weather: Weather) -> None:
    weather.script(Rule(first=1, answer=Status(503)), Rule(rate=0.5, answer=Status(429)))
    upcoming = []
    for _ in range(12):
        upcoming.append(weather.statuses(3, headers=PROBE))
        assert weather.get().status_code == upcoming[-1][0]
    assert all(len(set(seen)) == 1 for seen in upcoming)
    assert {seen[0] for seen in upcoming} == {503, 429, 200}
    assert len(weather.record.requests()) == 12
    assert len(weather.record.requests(include_probes=True)) == 48


def test_counts_hold_under_concurrency(weather: Weather) -> None:
    weather.script(Rule(first=20, answer=Status(500), latency_s=0.02))
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _: weather.get().status_code, range(60)))
    assert (seen.count(500), seen.count(200)) == (20, 40)
