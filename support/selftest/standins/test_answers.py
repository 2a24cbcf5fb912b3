"""What a client of a stand-in receives: the answer of its service, or what the script makes of it."""

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest
import requests

from support.core.eventually import patiently
from support.selftest.standins.child_process import running
from support.selftest.standins.weather import Fahrenheit
from support.selftest.standins.weather_client import READINGS, WEATHER, Weather, end
from support.standins.record import RecordedRequest
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
