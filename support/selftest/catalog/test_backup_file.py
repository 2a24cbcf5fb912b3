"""Writing the backup: whole or not at all, the newer one stays, and nothing is left lying about."""

import asyncio
import os
from datetime import UTC, datetime, timedelta

import pytest

from support.systems.catalog.app.backup import Backup
from support.systems.catalog.app.errors import BackupError, ReadOnlyError
from support.systems.catalog.app.model import Bundle, Catalog, Source, encode_bundles

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def catalog(price, at=NOW):
    return Catalog(Source.PROVIDER, at, 1, (Bundle("b", "Europe", "G", ("DE",), 1, 1, price, "EUR"),))


def save(backup, content):
    asyncio.run(backup.save(content, encode_bundles(content.bundles)))


def price(backup):
    return asyncio.run(backup.load()).bundles[0].price


@pytest.fixture
def backup(tmp_path):
    return Backup(str(tmp_path / "backup.json"))


def test_what_is_written_can_be_read(backup):
    save(backup, catalog("18.00"))
    assert (price(backup), asyncio.run(backup.load()).fetched_at) == ("18.00", NOW)


def test_an_older_one_does_not_replace_a_newer_one(backup):
    save(backup, catalog("18.00"))
    save(backup, catalog("17.00", NOW - timedelta(seconds=1)))
    save(backup, catalog("19.00", NOW + timedelta(seconds=1)))
    assert price(backup) == "19.00"


def test_a_write_that_fails_leaves_the_old_one_and_nothing_else_and_is_told(backup, tmp_path, monkeypatch):
    save(backup, catalog("18.00"))

    def full(_number):
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as broken, pytest.raises(BackupError, match="No space left on device"):
        broken.setattr("os.fsync", full)
        save(backup, catalog("19.00", NOW + timedelta(seconds=1)))
    assert (price(backup), [path.name for path in tmp_path.iterdir()]) == ("18.00", ["backup.json"])
    with pytest.raises(ReadOnlyError):
        asyncio.run(backup.check())
    save(backup, catalog("20.00", NOW + timedelta(seconds=2)))
    asyncio.run(backup.check())


def test_what_a_killed_writer_left_is_cleared_after_a_while(backup, tmp_path):
    old, young = tmp_path / ".backup.json-old", tmp_path / ".backup.json-young"
    old.write_text("{")
    young.write_text("{")
    os.utime(old, (0, 0))
    save(backup, catalog("18.00"))
    assert (old.exists(), young.exists()) == (False, True)
