"""The alert inbox keeps what it gets, in order and with its time."""

import socket
import time
from collections.abc import Iterator

import pytest
import requests

from support.core.errors import BrokenHarnessError
from support.selftest.standins import running
from support.systems.catalog.observers.alerts import AlertInbox


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running("support.standins.inbox") as address:
        yield address


def test_alerts_are_kept_in_order_with_their_time_until_cleared(url: str) -> None:
    inbox, before = AlertInbox(url), time.time()
    for reason in ("credentials refused", "backup unreadable"):
        assert requests.post(f"{url}/alerts", json={"reason": reason}, timeout=3).status_code == 202
    alerts = inbox.alerts()
    assert [alert.body["reason"] for alert in alerts] == ["credentials refused", "backup unreadable"]
    assert before <= alerts[0].at <= alerts[1].at <= time.time()
    inbox.clear()
    assert inbox.alerts() == []


@pytest.mark.parametrize("body", [b"not json", b"[1]", b"\xff", b""])
def test_what_is_not_an_object_is_refused_and_not_kept(url: str, body: bytes) -> None:
    answer = requests.post(f"{url}/alerts", data=body, timeout=3)
    assert (answer.status_code, answer.json()["message"]) == (400, "an alert must be a JSON object")
    assert AlertInbox(url).alerts() == []


def test_health(url: str) -> None:
    assert requests.get(f"{url}/health", timeout=3).json() == {"status": "ok"}


def test_an_inbox_that_is_not_there_is_the_harness_s_trouble() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(BrokenHarnessError, match="is it running"):
        AlertInbox(f"http://127.0.0.1:{port}").alerts()


def test_another_server_is_not_taken_for_an_inbox(url: str) -> None:
    with pytest.raises(BrokenHarnessError, match="refused GET"):
        AlertInbox(f"{url}/elsewhere").alerts()
