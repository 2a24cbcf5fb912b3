"""What the tests of the client begin with: a scripted server, and people who use it."""

import pytest

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
