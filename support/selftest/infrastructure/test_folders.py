"""The servers start in a folder of any name: with blanks, other letters, and longer than the path of a socket may be."""

import tempfile
from datetime import timedelta

import pytest

from support.core.errors import NotStartedError
from support.systems.infrastructure.clusters.cluster import kill_members
from support.systems.infrastructure.clusters.cluster_manager import ClusterManager, local_environment
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.mysql import MySqlServer

NAMES = ('ein "Größen\\vergleich", 1 = $HOME', "long-" * 32)


@pytest.fixture
def environment_in(tmp_path, monkeypatch):
    def environment(name=""):
        (tmp_path / name).mkdir(exist_ok=True)
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / name))
        return local_environment(ClusterConfig(), tmp_path, attached=True)

    return environment


@pytest.mark.parametrize("name", NAMES, ids=["any characters", "long"])
@pytest.mark.parametrize("kind", ["mysql", "redis", "etcd", "kafka"])
def test_a_cluster_starts_in_a_folder_of_any_name(environment_in, kind, name):
    folder = name.replace(",", "") if kind == "kafka" else name  # its setting is a list, separated by commas
    with environment_in(folder) as environment:
        clusters = ClusterManager(environment)
        if clusters.lacking.get(kind):
            pytest.skip(clusters.lacking[kind])
        try:
            assert clusters.start([kind])
        finally:
            clusters.close()


def test_a_server_that_ends_at_its_start_is_told_at_once_with_what_it_wrote(environment_in, monkeypatch):
    wrong = ["--no-such-option"]
    monkeypatch.setattr(MySqlServer, "_options", lambda _self, _address: wrong)
    with environment_in() as environment:
        server = MySqlServer(environment)
        server.start()
        try:
            with pytest.raises(NotStartedError, match=r"could not be started: it ended with .*no-such-option"):
                server.await_started(timedelta(seconds=20))
        finally:
            kill_members(server)
