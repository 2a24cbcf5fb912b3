"""Every alert reaches the webhook once it answers: in order, once, and after a restart too."""

import asyncio
import json
from contextlib import asynccontextmanager

import httpx
import pytest

from support.selftest.assistant.monitored import Webhook, until
from support.systems.assistant.app import alert_delivery
from support.systems.assistant.app.alert import AlertKind
from support.systems.assistant.app.alert_book import Subject
from support.systems.assistant.app.alert_delivery import MOST_WAITING
from support.systems.assistant.app.alerts import Alerts
from support.systems.assistant.app.metrics import Metrics

QA = Subject(AlertKind.BREAKER_OPEN, "qa")


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch):
    monkeypatch.setattr(alert_delivery, "PAUSE_CAP_S", 0.05)


@asynccontextmanager
async def running(folder, url):
    alerts = Alerts(folder, url, Metrics())
    task = asyncio.create_task(alerts.run())
    try:
        yield alerts
    finally:
        task.cancel()
        await asyncio.wait([task])
        await alerts.close()


async def delivered(alerts, webhook, count):
    await until(
        lambda: len(webhook.received) >= count and not alerts._delivery.waiting, f"{count} alerts are delivered"
    )


def states(webhook):
    return [(alert["kind"], alert["state"]) for alert in webhook.received]


RAISED_THEN_CLEARED = [("breaker_open", "raised"), ("breaker_open", "cleared")]


def test_a_webhook_that_was_down_gets_every_alert_later_in_order_and_once(tmp_path):
    async def story():
        webhook = Webhook()
        await webhook.up()
        await webhook.down()
        async with running(tmp_path, webhook.url) as alerts:
            alerts.book.raise_for(QA, "It is open.", operation="qa")
            alerts.book.clear(QA, "It is closed.")
            await webhook.up()
            await delivered(alerts, webhook, 2)
            alerts.book.raise_for(QA, "It is open again.", operation="qa")
            await delivered(alerts, webhook, 3)
        return webhook

    webhook = asyncio.run(story())
    assert states(webhook) == [*RAISED_THEN_CLEARED, ("breaker_open", "raised")]
    first, second, third = webhook.received
    assert first["id"] == second["id"] != third["id"]
    assert set(first) == {
        *("id", "kind", "state", "operation", "severity", "message", "value", "threshold", "at", "service")
    }


def test_any_2xx_is_a_receipt_and_nothing_else_is(tmp_path):
    async def story():
        webhook = Webhook(500, 404, 302, 429, 299)
        await webhook.up()
        async with running(tmp_path, webhook.url) as alerts:
            alerts.book.raise_for(QA, "It is open.")
            alerts.book.clear(QA, "It is closed.")
            await delivered(alerts, webhook, 2)
        return webhook

    webhook = asyncio.run(story())
    assert (states(webhook), webhook.asked) == (RAISED_THEN_CLEARED, 6)


def test_an_alert_that_is_just_being_received_when_the_service_ends_is_not_sent_again(tmp_path):
    async def story():
        webhook = Webhook()
        await webhook.up()
        async with running(tmp_path, webhook.url) as alerts:
            webhook.answers.clear()
            alerts.book.raise_for(QA, "It is open.")
            await until(lambda: len(webhook.received) == 1, "it arrives")
            asyncio.get_running_loop().call_later(0.02, webhook.answers.set)
        async with running(tmp_path, webhook.url) as alerts:
            alerts.book.clear(QA, "It is closed.")
            await delivered(alerts, webhook, 2)
        return webhook

    assert states(asyncio.run(story())) == RAISED_THEN_CLEARED


def test_what_was_not_delivered_is_delivered_after_a_restart_and_cleared_with_the_same_id(tmp_path):
    async def story():
        webhook = Webhook()
        await webhook.up()
        await webhook.down()
        async with running(tmp_path, webhook.url) as alerts:
            alerts.book.raise_for(QA, "It is open.", operation="qa")
        await webhook.up()
        async with running(tmp_path, webhook.url) as alerts:
            await delivered(alerts, webhook, 1)
            alerts.book.raise_for(QA, "It is still open.", operation="qa")
            alerts.book.clear(QA, "It is closed.")
            await delivered(alerts, webhook, 2)
        async with running(tmp_path, webhook.url) as alerts:
            alerts.book.raise_for(QA, "It is open again.", operation="qa")
            await delivered(alerts, webhook, 3)
            return webhook, alerts.listing()

    webhook, listing = asyncio.run(story())
    assert states(webhook) == [*RAISED_THEN_CLEARED, ("breaker_open", "raised")]
    assert webhook.received[0]["id"] == webhook.received[1]["id"]
    assert [alert.state for alert in listing["recent"]] == ["raised", "cleared", "raised"]
    assert [alert.message for alert in listing["active"]] == ["It is open again."]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"active": 1}', b"\xff"])
def test_a_damaged_file_is_replaced(tmp_path, content):
    async def story():
        async with running(tmp_path, "") as alerts:
            assert alerts.listing() == {"active": [], "recent": []}
            alerts.book.raise_for(QA, "It is open.")
        async with running(tmp_path, "") as alerts:
            return alerts.listing()["active"]

    (tmp_path / "alerts.json").write_bytes(content)
    assert [alert.kind for alert in asyncio.run(story())] == ["breaker_open"]


def test_a_folder_that_cannot_be_written_stops_no_alert(tmp_path):
    async def story():
        webhook = Webhook()
        await webhook.up()
        async with running(tmp_path / "missing", webhook.url) as alerts:
            alerts.book.raise_for(QA, "It is open.")
            await delivered(alerts, webhook, 1)

    asyncio.run(story())


def test_an_error_that_nobody_expects_stops_neither_delivery_nor_saving(tmp_path, monkeypatch):
    def once(owner, name):
        sound, done = getattr(owner, name), []

        def fails_first(*given, **named):
            if not done:
                done.append(name)
                raise RuntimeError(name)
            return sound(*given, **named)

        monkeypatch.setattr(owner, name, fails_first)

    async def story():
        webhook = Webhook()
        await webhook.up()
        async with running(tmp_path, webhook.url) as alerts:
            alerts.book.raise_for(QA, "It is open.")
            await delivered(alerts, webhook, 1)
            await until((tmp_path / "alerts.json").exists, "it is saved")

    once(httpx.AsyncClient, "post")
    once(Alerts, "_snapshot")
    asyncio.run(story())


def test_the_queue_is_bounded_and_drops_the_oldest(tmp_path):
    async def story():
        alerts = Alerts(tmp_path, "http://127.0.0.1:9", Metrics())
        for number in range(MOST_WAITING + 3):
            alerts.book.raise_for(Subject(AlertKind.REGRESSION, str(number)), str(number))
        await alerts.close()
        return json.loads((tmp_path / "alerts.json").read_bytes())["waiting"]

    waiting = asyncio.run(story())
    assert (len(waiting), waiting[0]["message"]) == (MOST_WAITING, "3")
