"""A MySQL server that others run: any password, and no more connections than it has."""

from datetime import timedelta
from hashlib import sha1

import pytest

from support.core.errors import BrokenHarnessError
from support.systems.infrastructure.addresses import read_addresses
from support.systems.infrastructure.clusters import mysql
from support.systems.infrastructure.clusters.attached import AttachedMySql
from support.systems.infrastructure.clusters.cluster import kill_members
from support.systems.infrastructure.clusters.cluster_manager import local_environment
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.mysql import MySqlServer
from support.systems.infrastructure.targets import MYSQL

PASSWORD = "pä/ß@wörd:€"  # noqa: S105  a test's own


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The environment, and a running server on which Ana has the password."""
    patched = pytest.MonkeyPatch()
    stored = f"*{sha1(sha1(PASSWORD.encode()).digest()).hexdigest().upper()}"  # noqa: S324  as the server does
    ana = f"CREATE USER ana@'%' IDENTIFIED BY PASSWORD '{stored}';\nGRANT ALL ON *.* TO ana@'%';"
    patched.setattr(mysql, "PREPARE", f"{mysql.PREPARE}\n{ana}")
    with local_environment(ClusterConfig(), tmp_path_factory.mktemp("logs"), attached=True) as environment:
        server = MySqlServer(environment)
        server.start()
        try:
            server.await_healthy(timedelta(seconds=60))
            yield environment, server
        finally:
            kill_members(server)
            patched.undo()


def attached(server, password=PASSWORD):
    environment, ours = server
    host, port = ours.members[MYSQL].address
    return AttachedMySql(environment, read_addresses("mysql", f"ana:{password}@tcp({host}:{port})/shop"))


def test_any_password_is_understood(server):
    assert attached(server).lacking == {}


def test_a_wrong_password_is_told_without_showing_it(server):
    with pytest.raises(BrokenHarnessError, match=r"MYSQL_ADDR=.* cannot be tested: .*Access denied") as refusal:
        attached(server, "geheim")
    assert "geheim" not in str(refusal.value)


def test_a_server_with_too_few_connections_is_not_applicable(server):
    server[1]._query("SET GLOBAL max_connections = 20")

    assert "connections free, and its scenarios need 29; raise its max_connections" in attached(server).lacking["mysql"]
