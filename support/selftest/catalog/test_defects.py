"""The broken variants of the catalog change what it does. What they have in common with others: systems/test_patched_variants."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests

from support.core.checkout import CHECKOUT
from support.core.eventually import patiently
from support.environments.ports import ReservedPort
from support.systems.catalog.app import provider
from support.systems.catalog.app.errors import ErrorKind, RefreshError
from support.systems.catalog.defects import DEFECTS


def start(name: str, **settings: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "support.systems.catalog.defects"],
        cwd=CHECKOUT,
        env={**os.environ, **settings, "CATALOG_DEFECT": name},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def port() -> Iterator[int]:
    with ReservedPort(0, what="the catalog service") as reserved:
        yield reserved.number


def test_a_defect_changes_what_the_service_does(monkeypatch: pytest.MonkeyPatch) -> None:
    silence = RefreshError(ErrorKind.TIMEOUT, "the provider does not answer in time")
    assert provider.is_retryable(silence)

    def patch(owner: object, name: str, replacement: object) -> None:
        monkeypatch.setattr(owner, name, replacement)

    DEFECTS["no-retry"].apply(patch)
    assert not provider.is_retryable(silence)


def test_it_serves_with_the_defect_put_on(port: int) -> None:
    nobody = "127.0.0.1:9"
    service = start(
        "empty-shop",
        CATALOG_PORT=str(port),
        CATALOG_PROVIDER_URL=f"http://{nobody}/v2.4",
        CATALOG_REDIS_URL=f"redis://{nobody}/0",
        CATALOG_DATABASE_URL=f"postgresql://nobody@{nobody}/none",
        CATALOG_BACKUP_FILE="/nowhere/backup.json",
        CATALOG_ATTEMPTS="1",
    )

    def sells_nothing() -> None:
        try:
            answer = requests.get(f"http://127.0.0.1:{port}/bundles", timeout=5)
        except requests.ConnectionError as refused:
            raise AssertionError("the catalog does not answer") from refused
        assert (answer.status_code, answer.json()["bundles"]) == (200, [])

    try:
        patiently(sells_nothing, within=timedelta(seconds=15))
    finally:
        service.send_signal(signal.SIGTERM)
        service.communicate(timeout=60)
    assert service.returncode == 0
