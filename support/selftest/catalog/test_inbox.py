"""The alert inbox keeps what it gets, in order and with its time."""

import time
from collections.abc import Iterator

import pytest
import requests

from support.selftest.standins.child_process import running
from support.standins.received_alerts import AlertInbox


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


def test_only_alerts_are_taken(url: str) -> None:
    assert requests.get(f"{url}/alerts", timeout=3).status_code == 404
    assert requests.post(f"{url}/elsewhere", json={}, timeout=3).status_code == 404
    assert AlertInbox(url).alerts() == []
