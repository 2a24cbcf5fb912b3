"""A database cluster is copied from a template that the first one leaves; without a place for one, each is made anew."""

import psycopg
import pytest

from support.core.addresses import LOOPBACK, url
from support.environments import postgres
from support.environments.local import local_environment


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "HOME", tmp_path / "home")
    (tmp_path / "home").mkdir()
    tmp_path.chmod(0o711)
    return tmp_path / "home"


def start_and_write(logs):
    """Starts a server, and returns how many tables its user had before it made one."""
    with local_environment(logs, seed=1) as local:
        port = local.port("the database")
        local.prepare_postgres("database").start(port)
        local.await_ready()
        with psycopg.connect(url("postgresql", (LOOPBACK, port), user="postgres") + "/postgres") as connection:
            found = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
            connection.execute("CREATE TABLE mine (id int)")
        return found[0] if found else None


def test_the_second_cluster_is_a_copy_that_the_first_has_not_touched(home, tmp_path, monkeypatch):
    assert start_and_write(tmp_path / "first") == 0
    (template,) = home.iterdir()

    monkeypatch.setattr(postgres.PreparedCluster, "_initdb", lambda _self: pytest.fail("it is made anew"))

    assert start_and_write(tmp_path / "second") == 0
    assert list(home.iterdir()) == [template]


def test_a_template_of_another_version_or_start_of_the_machine_is_replaced(home, tmp_path):
    (home / "postgres-of-yesterday").mkdir()

    start_and_write(tmp_path / "logs")

    (template,) = home.iterdir()
    assert template.name != "postgres-of-yesterday"


def test_without_a_place_for_a_template_each_cluster_is_made_anew(home, tmp_path):
    home.rmdir()

    assert start_and_write(tmp_path / "logs") == 0
    assert not home.exists()
