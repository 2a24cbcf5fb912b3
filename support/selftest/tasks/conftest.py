"""What the tests begin with: of the client, a scripted server and people who use it; of the core, a real store."""

from collections.abc import Iterator

import pytest

from support.environments.local import LocalEnvironment, local_environment
from support.environments.processes import ChildProcess
from support.probes.pings import http_get
from support.selftest.tasks.client_parts import Person
from support.selftest.tasks.client_standin import StandIn


@pytest.fixture(scope="session")
def server():
    server = StandIn()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def standin(server):
    server.reset()
    return server


@pytest.fixture
def ana(monkeypatch, capsys, tmp_path, standin):
    return Person(monkeypatch, capsys, tmp_path, standin.url, "ana")


@pytest.fixture
def ben(monkeypatch, capsys, tmp_path, standin):
    return Person(monkeypatch, capsys, tmp_path, standin.url, "ben")


def start_store(local: LocalEnvironment, name: str, folder: str) -> ChildProcess:
    module, port = "support.systems.tasks.programs.qdrant", local.port("the store")
    store = local.module(name, module, port, http_get("/readyz"), "--data", folder)
    store.await_ready()
    return store


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Iterator[ChildProcess]:
    """One for all tests of a module: each uses repositories of its own."""
    with local_environment(tmp_path_factory.mktemp("logs"), seed=1) as local:
        yield start_store(local, "store", str(tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def store_url(store) -> str:
    return f"http://127.0.0.1:{store.port}"
