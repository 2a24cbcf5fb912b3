"""When the database is seen to be storing a new version, whatever statements a service stores it by."""

from datetime import timedelta
from types import SimpleNamespace

import psycopg
import pytest

from support.core.addresses import LOOPBACK, url
from support.core.eventually import patiently
from support.environments.local import local_environment
from support.systems.catalog.observers import database_session
from support.systems.catalog.observers.database_session import DatabaseSession
from support.systems.catalog.observers.stores import Stores

TABLES = (
    "CREATE TABLE catalog_versions (id int); CREATE TABLE catalog_bundles (version_id int, name text);"
    "CREATE TABLE staging (name text); CREATE TABLE catalog_fence (highest int)"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with local_environment(tmp_path_factory.mktemp("logs"), seed=1) as local:
        port = local.port("the database")
        local.prepare_postgres("database").start(port)
        local.await_ready()
        with psycopg.connect(url("postgresql", (LOOPBACK, port), user="postgres") + "/postgres") as connection:
            connection.execute(TABLES)
        yield (LOOPBACK, port)


@pytest.fixture
def database(address):
    """A client that stores, and what the suite sees of it."""
    address = url("postgresql", address, user="postgres") + "/postgres"
    with psycopg.connect(address) as client, DatabaseSession(address) as session:
        yield SimpleNamespace(client=client, stores=Stores(None, session, None))
        if not client.closed:
            client.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO catalog_bundles VALUES (1, 'a'), (1, 'b')",
        "INSERT INTO public.\"catalog_bundles\" VALUES (1, 'a')",
        "INSERT INTO catalog_versions VALUES (1)",
        "INSERT INTO staging VALUES ('a')",
        "INSERT INTO catalog_bundles SELECT 1, name FROM staging",
    ],
)
def test_an_open_transaction_that_has_written_is_storing(database, statement):
    assert not database.stores.is_storing()

    database.client.execute(statement)
    database.client.execute("SELECT 1")  # what it does now says nothing of what it has done
    assert database.stores.is_storing()
    assert database.stores.bundles_copied() is None

    database.client.commit()
    assert not database.stores.is_storing()


def test_a_copy_is_storing_and_its_progress_is_seen(database):
    with database.client.cursor() as cursor, cursor.copy('COPY "catalog_bundles" FROM STDIN') as copy:
        for number in range(20_000):
            copy.write_row((number, "a bundle"))
        copied = database.stores.bundles_copied()
        assert copied is not None
        assert 0 < copied <= 20_000
        assert database.stores.is_storing()
    assert database.stores.bundles_copied() is None
    assert database.stores.is_storing()


@pytest.mark.parametrize("statement", ["SELECT * FROM catalog_bundles", "INSERT INTO catalog_fence VALUES (1)"])
def test_reading_and_claiming_a_fence_is_not_storing(database, statement):
    database.client.execute(statement)

    assert not database.stores.is_storing()


def test_an_interrupted_transaction_is_no_longer_storing(database):
    database.client.execute("INSERT INTO catalog_bundles VALUES (1, 'a')")
    database.client.close()

    def check() -> None:
        assert not database.stores.is_storing()

    patiently(check, within=timedelta(seconds=5))


def test_a_database_that_was_restarted_is_read_again(tmp_path):
    with local_environment(tmp_path, seed=1) as local:
        port = local.port("the database")
        server = local.prepare_postgres("database").start(port)
        local.await_ready()
        with DatabaseSession(url("postgresql", (LOOPBACK, port), user="postgres") + "/postgres") as session:
            assert session.value("SELECT 1") == 1

            server.kill()
            with pytest.raises(psycopg.OperationalError):
                session.rows("SELECT 1")
            server.start()

            assert session.value("SELECT 2") == 2


def test_a_database_that_does_not_answer_is_not_waited_for_for_ever(address, monkeypatch):
    monkeypatch.setattr(database_session, "ANSWER_TIMEOUT_S", 0.2)
    with DatabaseSession(url("postgresql", address, user="postgres") + "/postgres") as session:
        with pytest.raises(psycopg.OperationalError):
            session.rows("SELECT pg_sleep(20)")
        assert session.value("SELECT 2") == 2
