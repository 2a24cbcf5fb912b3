"""A reload takes over what is in progress, and does not begin when it could not end. Neither Redis nor the AI service is there."""

import asyncio
import threading
from contextlib import asynccontextmanager

import httpx
import pytest

from support.selftest.assistant.parts import settings
from support.systems.assistant.app import service as service_module
from support.systems.assistant.app.kept_configuration import KeptConfiguration
from support.systems.assistant.app.runtime import Runtime
from support.systems.assistant.app.service import Service

ROOT = {"X-API-Key": "key-of-root"}


@pytest.fixture
def serving(tmp_path, monkeypatch):
    """The service, and a client of it."""
    found = settings(DATA_DIR=str(tmp_path), REDIS_URL="redis://127.0.0.1:1/0", AI_URL="http://127.0.0.1:1/v1")
    monkeypatch.setattr(service_module, "read_settings", lambda _: found)
    monkeypatch.setattr(service_module.os, "_exit", lambda status: pytest.fail(f"it ends with status {status}"))

    @asynccontextmanager
    async def made():
        service = Service(Runtime(found))
        transport = httpx.ASGITransport(service)
        async with httpx.AsyncClient(transport=transport, base_url="http://assistant", headers=ROOT) as client:
            yield service, client
        await service.close()

    return made


def test_with_a_damaged_kept_configuration_the_old_runtime_stays(serving, tmp_path):
    async def scenario():
        async with serving() as (service, client):
            (tmp_path / "configuration.json").write_text("{")
            runtime = service.runtime
            await service.reload()
            assert service.runtime is runtime
            assert (await client.get("/health")).status_code == 200

    asyncio.run(scenario())


def test_a_change_that_is_in_progress_during_a_reload_is_in_force_after_it(serving, monkeypatch):
    write, begun, goes_on = KeptConfiguration.write, threading.Event(), threading.Event()

    def slow(self, kept):
        begun.set()
        goes_on.wait(10)
        write(self, kept)

    async def scenario():
        async with serving() as (service, client):
            monkeypatch.setattr(KeptConfiguration, "write", slow)
            changing = asyncio.create_task(client.put("/v1/admin/configuration", json={"preset": "production"}))
            await asyncio.to_thread(begun.wait, 10)
            reloading = asyncio.create_task(service.reload())
            await asyncio.wait([reloading], timeout=0.3)
            goes_on.set()
            await reloading
            assert (await changing).status_code == 200
            assert (await client.get("/v1/admin/configuration")).json()["preset"] == "production"

    asyncio.run(scenario())
