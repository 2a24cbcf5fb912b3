"""Scripts and questions that make no sense are refused, and troubles with a stand-in are the harness's."""

import json
import socket
import subprocess
import sys

import pytest
import requests

from support.core.errors import BrokenHarnessError
from support.selftest.standins.weather_client import WEATHER, Weather
from support.standins.client import StandInRecord
from support.standins.script import (
    Ok,
    Rule,
    Status,
)


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
