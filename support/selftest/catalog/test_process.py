"""The catalog as a real process, with none of its dependencies there."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from support.core.checkout import CHECKOUT
from support.core.eventually import patiently

ROOT = CHECKOUT


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Catalog:
    def __init__(self, tmp_path: Path, **given: object) -> None:
        self.port, nobody = closed_port(), closed_port()
        self.backup = tmp_path / "backup.json"
        settings: dict[str, object] = {
            "PORT": self.port,
            "PROVIDER_URL": f"http://127.0.0.1:{nobody}/v2.4",
            "REDIS_URL": f"redis://127.0.0.1:{nobody}/0",
            "DATABASE_URL": f"postgresql://nobody@127.0.0.1:{nobody}/none",
            "BACKUP_FILE": self.backup,
            "ATTEMPTS": 2,
            "BACKOFF_FIRST_S": 0.01,
            "BACKOFF_CAP_S": 0.02,
            "BACKOFF_JITTER_S": 0.01,
            "RECHECK_AFTER_S": 30,
            "SYNC_EVERY_S": 0,
        } | given
        environment = {**os.environ, **{f"CATALOG_{name}": str(value) for name, value in settings.items()}}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "support.systems.catalog.app"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        patiently(self._answers, within=timedelta(seconds=20))

    def _answers(self) -> None:
        try:
            self.get("/health/live")
        except requests.ConnectionError as refused:
            raise AssertionError("the catalog does not answer") from refused

    def get(self, path: str) -> requests.Response:
        return requests.get(f"http://127.0.0.1:{self.port}{path}", timeout=10)

    def sync(self) -> requests.Response:
        return requests.post(f"http://127.0.0.1:{self.port}/sync", timeout=10)

    def started_at(self) -> str:
        return str(self.get("/health/live").json()["started_at"])

    def stop(self) -> tuple[float, list[dict[str, Any]]]:
        """Seconds that it took to go, and its log."""
        begun = time.monotonic()
        self.process.terminate()
        output, _ = self.process.communicate(timeout=60)
        return time.monotonic() - begun, [json.loads(line) for line in output.splitlines()]


Start = Callable[..., Catalog]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Catalog] = []

    def begin(**given: object) -> Catalog:
        started.append(Catalog(tmp_path, **given))
        return started[-1]

    yield begin
    for catalog in started:
        if catalog.process.poll() is None:
            catalog.process.kill()
            catalog.process.communicate()


def test_with_nothing_to_serve_it_says_so_clearly_and_recovers_from_a_backup_that_appears(start: Start) -> None:
    catalog = start()
    refusal = catalog.get("/bundles")
    assert refusal.status_code == 503
    assert refusal.json()["error"] == "catalog_unavailable"
    assert int(refusal.headers["Retry-After"]) == refusal.json()["retry_after_seconds"] <= 30
    assert "127.0.0.1" not in refusal.text
    health = catalog.get("/health").json()
    assert (health["status"], health["serving"]) == ("down", None)
    assert {name: part["status"] for name, part in health["parts"].items()} == dict.fromkeys(
        ("provider", "cache", "database", "backup"), "down"
    )
    report = catalog.sync()
    assert (report.status_code, report.json()["status"], report.json()["error"]["kind"]) == (
        503,
        "failed",
        "unreachable",
    )

    bundle = {"name": "b", "description": "Europe", "group": "G", "countries": ["DE"], "data_mb": 1, "duration_days": 1}
    content = {"saved_at": "2026-01-01T00:00:00Z", "bundles": [bundle | {"price": "18.00", "currency": "EUR"}]}
    catalog.backup.write_text(json.dumps(content))
    assert catalog.sync().json()["status"] == "fallback"
    shown = catalog.get("/bundles/b")
    assert (shown.headers["Catalog-Source"], shown.json()["bundles"][0]["price"]) == ("backup", "18.00")
    assert catalog.get("/bundles/c").status_code == 404
    assert catalog.get("/bundles?limit=0").status_code == 400
    assert 'catalog_answers_total{source="backup"} 1.0' in catalog.get("/metrics").text

    _, log = catalog.stop()
    assert catalog.process.returncode == 0
    assert sum(line["event"] == "provider.request_failed" for line in log) == 3 * 2


def test_it_leaves_at_once_also_while_a_provider_hangs(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/v2.4"
        catalog = start(PROVIDER_URL=address, READ_TIMEOUT_S=60, PATIENCE_S=0.05)
        assert catalog.get("/bundles").status_code == 503
        seconds, _ = catalog.stop()
    assert catalog.process.returncode == 0
    assert seconds < 1.5


def test_sighup_is_a_fresh_start_without_a_new_process(start: Start) -> None:
    catalog = start()
    first = catalog.started_at()
    catalog.sync()
    catalog.process.send_signal(signal.SIGHUP)

    def reloaded() -> None:
        assert catalog.started_at() != first

    patiently(reloaded, within=timedelta(seconds=10))
    assert catalog.get("/sync").json()["error"] == "no_sync_yet"
    assert catalog.process.poll() is None


@pytest.mark.parametrize("given", [{"CATALOG_ATTEMPTS": "many"}, {"CATALOG_PORT": "taken"}])
def test_bad_settings_and_a_taken_port_are_one_sentence(given: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = str(holder.getsockname()[1])
        given = {name: port if value == "taken" else value for name, value in given.items()}
        ended = subprocess.run(
            [sys.executable, "-m", "support.systems.catalog.app"],
            cwd=ROOT,
            env={**os.environ, **given},
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    assert (ended.returncode, ended.stdout) == (64, "")
    assert len(ended.stderr.splitlines()) == 1
    assert "CATALOG_" in ended.stderr
