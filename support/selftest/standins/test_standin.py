"""A stand-in answers as its service, misbehaves as scripted, and records its requests."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest
import requests

from support.core.errors import BrokenHarnessError
from support.core.eventually import patiently
from support.selftest.standins.child_process import running
from support.selftest.standins.weather import Fahrenheit
from support.standins.client import StandInControl, StandInRecord, gaps
from support.standins.record import LIMIT, RecordedRequest, RequestRecord
from support.standins.script import (
    AnyRule,
    CutStream,
    Drop,
    InvalidJson,
    Ok,
    ReplacedBody,
    Rule,
    Silent,
    Status,
    TruncatedBody,
)

WEATHER = "support.selftest.standins.weather"
PROBE = {"X-Holdfast-Probe": "1"}
READINGS = ["data: 20\n\n", "data: 21\n\n", "data: 22\n\n"]


class Weather:
    """The stand-in as the tests use it: from the side of the client, of the script, and of the record."""

    def __init__(self, url: str) -> None:
        self.url, self.control, self.record = url, StandInControl(url), StandInRecord(url)

    def get(
        self, path: str = "/forecast", *, headers: dict[str, str] | None = None, timeout: float = 3, **query: Any
    ) -> requests.Response:
        return requests.get(f"{self.url}{path}", params=query, headers=headers, timeout=timeout)

    def statuses(self, count: int, path: str = "/forecast", **query: Any) -> list[int]:
        return [self.get(path, **query).status_code for _ in range(count)]

    def script(self, *rules: AnyRule) -> None:
        self.control.script(rules)

    def read_stream(self) -> tuple[str, Exception | None]:
        """Return what came of the stream, and what ended it early."""
        received = ""
        try:
            with httpx.stream("GET", f"{self.url}/live", timeout=0.5) as answer:
                for text in answer.iter_text():
                    received += text
        except httpx.HTTPError as error:
            return received, error
        return received, None


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running(WEATHER, "--seed", "7") as address:
        yield address


@pytest.fixture
def weather(url: str) -> Weather:
    weather = Weather(url)
    weather.control.reset()
    return weather


def end(request: RecordedRequest) -> float:
    assert request.finished_at is not None
    return request.finished_at


# Every answer on the wire


def test_without_a_script_the_service_answers(weather: Weather) -> None:
    assert weather.get(city="Oslo").json() == {"city": "Oslo", "degrees": 21}
    assert weather.read_stream() == ("".join(READINGS), None)
    assert weather.get("/nowhere").json() == {"message": "Not Found"}


@pytest.mark.parametrize("latency_s", [0, 0.05])
def test_the_service_reads_a_body_that_the_stand_in_has_read(weather: Weather, latency_s: float) -> None:
    weather.script(Rule(answer=Ok(), latency_s=latency_s))
    text = "rain" * 100_000
    assert requests.post(f"{weather.url}/reports", data=text, timeout=3).json() == {"received": text}
    assert weather.record.requests()[0].body == text


@pytest.mark.parametrize("status", [400, 401, 418, 429, 503, 529, 599])
def test_error_statuses(weather: Weather, status: int) -> None:
    weather.script(Rule(answer=Status(status)))
    answer = weather.get()
    assert answer.status_code == status
    assert list(answer.json()) == ["message"]
    assert "Retry-After" not in answer.headers


def test_retry_after_in_seconds(weather: Weather) -> None:
    weather.script(Rule(answer=Status(429, retry_after=2)))
    assert weather.get().headers["Retry-After"] == "2"
    [request] = weather.record.requests()
    assert request.not_before == pytest.approx(end(request) + 2, abs=0.5)


def test_retry_after_as_a_date_is_never_earlier_than_asked(weather: Weather) -> None:
    weather.script(Rule(answer=Status(429, retry_at=1.5)))
    before = time.time()
    date = parsedate_to_datetime(weather.get().headers["Retry-After"]).timestamp()
    assert date >= before + 1.5
    assert weather.record.requests()[0].not_before == date


def test_retry_after_of_the_service_itself_is_on_record(weather: Weather) -> None:
    assert weather.get("/busy").status_code == 503
    [request] = weather.record.requests()
    assert request.not_before == pytest.approx(end(request) + 7, abs=0.5)


def test_latency_delays_the_good_answer(weather: Weather) -> None:
    weather.script(Rule(answer=Ok(), latency_s=0.15))
    before = time.monotonic()
    assert weather.get(city="Oslo").json()["degrees"] == 21
    assert time.monotonic() - before >= 0.15
    [request] = weather.record.requests()
    assert end(request) - request.at >= 0.14


def test_latency_delays_any_other_answer(weather: Weather) -> None:
    weather.script(Rule(answer=Status(503), latency_s=0.15))
    before = time.monotonic()
    assert weather.get().status_code == 503
    assert time.monotonic() - before >= 0.15


def test_invalid_json(weather: Weather) -> None:
    weather.script(Rule(answer=InvalidJson()))
    answer = weather.get()
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()


@pytest.mark.parametrize("body", ["", "<html>grüß Gott</html>"])
def test_replaced_body(weather: Weather, body: str) -> None:
    weather.script(Rule(answer=ReplacedBody(body)))
    for path in ("/forecast", "/live"):
        answer = weather.get(path)
        assert (answer.status_code, answer.content) == (200, body.encode())


def test_a_malformed_answer_of_the_service_s_own(weather: Weather) -> None:
    weather.script(Rule(answer=Fahrenheit(add=2), first=1))
    assert weather.get().json()["degrees"] == 72
    assert weather.get().json()["degrees"] == 21


@pytest.mark.parametrize("answer", [InvalidJson(), ReplacedBody(""), TruncatedBody(), CutStream(0), Fahrenheit()])
def test_the_service_s_own_refusals_stay_whole(weather: Weather, answer: Any) -> None:
    weather.script(Rule(answer=answer))
    assert weather.get("/nowhere").json() == {"message": "Not Found"}


def test_a_truncated_body_is_seen_as_such(weather: Weather) -> None:
    weather.script(Rule(answer=TruncatedBody()))
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        weather.get()
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        httpx.get(f"{weather.url}/forecast")
    assert [request.status for request in weather.record.requests()] == [200, 200]


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_cut_stream_is_seen_as_such(weather: Weather, after: int) -> None:
    weather.script(Rule(answer=CutStream(after)))
    received, error = weather.read_stream()
    assert received == "".join(READINGS[:after])
    assert isinstance(error, httpx.RemoteProtocolError)


def test_a_stream_can_end_in_silence(weather: Weather) -> None:
    weather.script(Rule(answer=CutStream(2, end="silence")))
    received, error = weather.read_stream()
    assert received == "".join(READINGS[:2])
    assert isinstance(error, httpx.ReadTimeout)


def test_a_dropped_connection_is_seen_as_such(weather: Weather) -> None:
    weather.script(Rule(answer=Drop()))
    with pytest.raises(requests.exceptions.ConnectionError, match="without response"):
        weather.get()
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        httpx.get(f"{weather.url}/forecast")
    for request in weather.record.requests():
        assert (request.status, request.rule) == (None, 0)
        assert request.finished_at is not None


def test_silence_is_on_record_at_once_and_ends_when_the_client_disconnects(weather: Weather) -> None:
    weather.script(Rule(answer=Silent()))
    before = time.time()
    with pytest.raises(requests.exceptions.ReadTimeout):
        weather.get(timeout=0.2)

    def left() -> RecordedRequest:
        [request] = weather.record.requests()
        assert request.finished_at is not None
        return request

    request = patiently(left, within=timedelta(seconds=3))
    assert request.status is None
    assert end(request) >= before + 0.2


@pytest.mark.parametrize("rule", [Rule(answer=Silent()), Rule(answer=Ok(), latency_s=60)])
def test_a_reset_ends_waits_and_clears_everything(weather: Weather, rule: AnyRule) -> None:
    weather.script(rule)

    def waiting() -> None:
        assert weather.record.requests()
        assert weather.record.requests()[0].finished_at is None

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(weather.get, timeout=30)
        patiently(waiting, within=timedelta(seconds=3))
        weather.control.reset()
        assert isinstance(answer.exception(timeout=3), requests.exceptions.ConnectionError)
    assert weather.record.requests() == []
    assert weather.get().status_code == 200


@pytest.mark.parametrize(
    ("path", "rule"), [("/forecast", Rule(answer=Silent())), ("/live", Rule(answer=CutStream(1, end="silence")))]
)
def test_the_end_of_the_process_does_not_wait_for_silence(path: str, rule: AnyRule) -> None:
    with socket.socket() as client, running(WEATHER) as url:
        weather = Weather(url)
        weather.script(rule)
        client.connect(("127.0.0.1", int(url.rpartition(":")[2])))
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: weather\r\n\r\n".encode())

        def arrived() -> None:
            assert weather.record.requests()

        patiently(arrived, within=timedelta(seconds=3))


def test_a_client_that_disconnects_within_its_request_does_no_harm(weather: Weather) -> None:
    with socket.socket() as client:
        client.connect(("127.0.0.1", int(weather.url.rpartition(":")[2])))
        client.sendall(b"POST /reports HTTP/1.1\r\nHost: weather\r\nContent-Length: 100\r\n\r\nrain")
    assert weather.get().status_code == 200
    assert [request.path for request in weather.record.requests()] == ["/forecast"]


# Which rule answers


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


# The record


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


# The control API


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("[", "truncated"),
        ({"answer": {"kind": "ok"}}, "Expected `array`"),
        ([{"path": "/forecast"}], "missing required field `answer`"),
        ([{"answer": {"kind": "explode"}}], "Invalid value 'explode'"),
        ([{"answer": {"kind": "status", "status": 399}}], ">= 400"),
        ([{"answer": {"kind": "status", "status": 600}}], "<= 599"),
        ([{"answer": {"kind": "status", "status": 429, "retry_after": 1, "retry_at": 1}}], "not both"),
        ([{"answer": {"kind": "ok"}, "fisrt": 1}], "unknown field `fisrt`"),
        ([{"answer": {"kind": "ok"}, "rate": 1.5}], "<= 1"),
        ([{"answer": {"kind": "ok"}, "after": -1}], ">= 0"),
        ([{"answer": {"kind": "ok"}, "query": {"page": 1}}], "Expected `str`"),
        ([{"answer": {"kind": "cut_stream", "after": 1, "end": "boom"}}], "Invalid enum value 'boom'"),
        ([{"answer": {"kind": "fahrenheit", "add": "two"}}], "Expected `int`"),
    ],
)
def test_malformed_scripts_are_refused_and_leave_the_old_one(weather: Weather, script: object, sentence: str) -> None:
    weather.script(Rule(answer=Status(500)))
    body = script if isinstance(script, str) else json.dumps(script)
    answer = requests.put(f"{weather.url}/_control/script", data=body, timeout=3)
    assert answer.status_code == 400
    assert sentence in answer.json()["message"]
    assert "write it like this" in answer.json()["message"]
    assert weather.get().status_code == 500


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/requests?since=x", 400), ("GET", "/nowhere", 404), ("GET", "/script", 405)],
)
def test_other_bad_requests_are_refused(weather: Weather, method: str, path: str, status: int) -> None:
    answer = requests.request(method, f"{weather.url}/_control{path}", timeout=3)
    assert answer.status_code == status
    assert answer.json()["message"]


def test_health(weather: Weather) -> None:
    assert requests.get(f"{weather.url}/_control/health", timeout=3).json() == {"status": "ok", "seed": 7}


def test_the_control_api_is_not_on_record(weather: Weather) -> None:
    weather.script(Rule(answer=Status(500)))
    requests.get(f"{weather.url}/_control/health", timeout=3)
    assert weather.record.requests() == []


def test_trouble_with_the_stand_in_is_the_harness_s(weather: Weather) -> None:
    with pytest.raises(BrokenHarnessError, match="Invalid value 'unheard-of'"):
        weather.script(Rule(answer=_Unknown()))
    with pytest.raises(BrokenHarnessError, match="refused GET"):
        StandInRecord(f"{weather.url}/elsewhere").requests()
    with pytest.raises(BrokenHarnessError, match="does not answer as a stand-in does"):
        StandInRecord(f"{weather.url}/forecast?").requests()


def test_a_stand_in_that_is_not_there_is_the_harness_s_trouble() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(BrokenHarnessError, match="is it running"):
        StandInRecord(f"http://127.0.0.1:{port}").requests()


def test_a_taken_port_is_one_sentence(url: str) -> None:
    command = [sys.executable, "-m", WEATHER, "--port", url.rpartition(":")[2]]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("cannot listen on")
    assert ended.stderr.count("\n") == 1


class _Unknown(Ok, tag="unheard-of", frozen=True):
    """An answer that the stand-in was not made for."""
