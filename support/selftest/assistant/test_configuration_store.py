"""A change takes effect as a whole or not at all, outlives a restart, and is on the disk in the audit trail before."""

import asyncio
import json
import os
import stat
import threading

import pytest

from support.systems.assistant.app.audit import FILE, Audit
from support.systems.assistant.app.configuration_store import (
    ConfigurationStore,
    NothingSetError,
    NotStoredError,
    OtherVersionError,
    read_document,
)
from support.systems.assistant.app.events import ConfigurationChanged
from support.systems.assistant.app.kept_configuration import KeptConfiguration
from support.systems.assistant.app.mistakes import ConfigurationError
from support.systems.assistant.app.operator_limits import OperatorLimits, Range
from support.systems.assistant.app.starting_configuration import Sources


def start(folder, observe=lambda _: None, file=None, **sources):
    path = None
    if file is not None:
        path = folder.parent / "configuration-file.json"
        path.write_text(json.dumps(file))
    return ConfigurationStore(Sources(folder, path, **sources), Audit(folder), observe)


def trail(folder, kind="configuration"):
    entries = [json.loads(line) for line in (folder / FILE).read_text().splitlines()]
    return [entry for entry in entries if entry["kind"] == kind]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


def test_without_anything_the_preset_is_simple(folder):
    store = start(folder)
    assert (store.current.version, store.current.preset) == (1, "simple")


def test_the_environment_chooses_the_preset_unless_one_is_given(folder):
    assert start(folder, variables={"APP_ENV": "prod"}).current.preset == "production"
    assert start(folder, preset="development", variables={"APP_ENV": "prod"}).current.preset == "development"
    assert start(folder, {"preset": "simple"}, variables={"APP_ENV": "prod"}).current.preset == "production"


def test_a_file_goes_before_preset_and_old_variables(folder):
    store = start(folder, file={"preset": "development"}, preset="production", variables={"RETRY_MAX_ATTEMPTS": "4"})
    assert store.current.preset == "development"
    assert store.current.operations["qa"].retry.attempts == 2


def test_old_variables_are_migrated_at_the_start_once(folder):
    variables = {"RETRY_MAX_ATTEMPTS": "4", "RETRY_EXPONENTIAL_MULTIPLIER": "3", "HOME": "/root"}
    assert start(folder, variables=variables).current.operations["qa"].retry.attempts == 4
    assert start(folder, variables=variables).current.version == 1
    (migrated,) = trail(folder, "migration")
    assert (migrated["confidence"], migrated["applied"]) == (0.7, True)


def test_a_file_with_mistakes_ends_the_start_with_all_of_them(folder):
    with pytest.raises(ConfigurationError) as raised:
        start(folder, file={"preset": "prod", "default": {"retry": {"attempts": 99}}})
    assert {wrong.field for wrong in raised.value.mistakes} == {"preset", "default.retry.attempts"}


def test_a_file_of_something_else_is_named(folder):
    with pytest.raises(ConfigurationError):
        start(folder, file="no object")


def test_a_file_that_is_not_there_is_named(folder):
    with pytest.raises(ConfigurationError) as raised:
        ConfigurationStore(Sources(folder, folder / "none.json"), Audit(folder), lambda _: None)
    assert "ASSISTANT_CONFIG_FILE" in str(raised.value)


def test_a_change_is_told_once_it_is_in_force_and_old_snapshots_stay(folder):
    seen = []
    store = start(folder, lambda event: seen.append((event, store.current)))
    before = store.current
    asyncio.run(store.replace({"preset": "production"}, "ops"))
    ((event, current),) = seen
    assert isinstance(event, ConfigurationChanged)
    assert event.after is current is store.current
    assert (before.preset, before.version, store.current.preset, store.current.version) == (
        "simple",
        1,
        "production",
        2,
    )


def test_a_refused_change_leaves_no_trace(folder):
    store = start(folder)
    before, lines = store.current, len(trail(folder))
    with pytest.raises(ConfigurationError):
        asyncio.run(store.replace({"preset": "production", "nonsense": 1}, "ops"))
    assert store.current is before
    assert len(trail(folder)) == lines
    assert start(folder).current.preset == "simple"


def test_a_change_outlives_a_restart_and_goes_before_the_file(folder):
    asyncio.run(start(folder, file={"preset": "development"}).replace({"preset": "production"}, "ops"))
    store = start(folder, file={"preset": "development"})
    assert (store.current.preset, store.current.version) == ("production", 2)


def test_who_changed_what_is_recorded_before_it_takes_effect(folder):
    store = start(folder)
    recorded_at_change = []
    store._observe = lambda _: recorded_at_change.extend(trail(folder)[1:])
    asyncio.run(store.set_operation("qa", {"retry": {"attempts": 4}}, "ana"))
    (line,) = recorded_at_change
    assert (line["who"], line["action"], line["version"], line["before"]) == (
        "ana",
        "operation_set",
        2,
        {"preset": "simple"},
    )
    assert line["after"] == {"preset": "simple", "operations": {"qa": {"retry": {"attempts": 4}}}}


def test_a_start_with_another_file_is_recorded(folder):
    start(folder, file={"preset": "development"})
    start(folder, file={"preset": "development"})
    store = start(folder, file={"preset": "production"})
    assert [line["action"] for line in trail(folder)] == ["started", "started"]
    assert trail(folder)[-1]["before"] == {"preset": "development"}
    assert store.current.version == 2


def test_of_two_changes_of_the_same_version_one_is_refused(folder):
    store = start(folder)

    async def both():
        changes = (store.replace({"preset": name}, "ops", version=1) for name in ("production", "development"))
        return await asyncio.gather(*changes, return_exceptions=True)

    results = asyncio.run(both())
    assert [type(result) for result in results] == [type(None), OtherVersionError]
    assert (store.current.preset, store.current.version) == ("production", 2)


def test_changes_at_once_lose_nothing(folder):
    store = start(folder)

    async def register():
        await asyncio.gather(*(store.set_operation(f"op_{n}", {"prompt": "Do it."}, "ops") for n in range(10)))

    asyncio.run(register())
    assert {f"op_{n}" for n in range(10)} < store.current.operations.keys()
    assert store.current.version == 11


def test_an_operation_goes_back_to_what_the_service_started_with(folder):
    store = start(folder, file={"operations": {"qa": {"strategy": "critical"}}})
    with pytest.raises(NothingSetError):
        asyncio.run(store.remove_operation("qa", "ops"))
    asyncio.run(store.set_operation("qa", {"strategy": "aggressive"}, "ops"))
    asyncio.run(store.set_operation("translate", {"prompt": "Translate."}, "ops"))
    asyncio.run(store.remove_operation("qa", "ops"))
    asyncio.run(store.remove_operation("translate", "ops"))
    assert store.current.operations["qa"].strategy == "critical"
    assert "translate" not in store.current.operations


def test_a_change_that_cannot_be_kept_is_not_applied_and_the_trail_says_so(folder, monkeypatch):
    store = start(folder)

    def full(_, __):
        raise OSError("no space")

    monkeypatch.setattr(type(store._file), "write", full)
    with pytest.raises(NotStoredError):
        asyncio.run(store.replace({"preset": "production"}, "ops"))
    assert (store.current.preset, store.current.version) == ("simple", 1)
    assert [line["action"] for line in trail(folder)] == ["started", "replaced", "not_applied"]
    assert trail(folder)[-1]["after"] == trail(folder)[-1]["before"] == {"preset": "simple"}


def test_a_folder_that_cannot_be_synchronized_once_the_file_is_replaced_undoes_nothing(folder, monkeypatch):
    store, sync = start(folder), os.fsync

    def refuse_folders(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError("input/output error")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", refuse_folders)
    asyncio.run(store.replace({"preset": "production"}, "ops"))
    monkeypatch.undo()
    assert store.current.preset == start(folder).current.preset == "production"


def test_a_change_in_progress_is_finished_before_the_store_is_closed_and_a_later_one_refused(folder, monkeypatch):
    store, write = start(folder), KeptConfiguration.write
    begun, goes_on = threading.Event(), threading.Event()

    def slow(self, kept):
        begun.set()
        goes_on.wait(10)
        write(self, kept)

    async def both():
        changing = asyncio.create_task(store.replace({"preset": "production"}, "ops"))
        await asyncio.to_thread(begun.wait, 10)
        later = asyncio.create_task(store.replace({"preset": "development"}, "ops"))
        closing = asyncio.create_task(store.close())
        await asyncio.sleep(0.01)
        assert not closing.done()
        goes_on.set()
        return await asyncio.gather(changing, later, closing, return_exceptions=True)

    monkeypatch.setattr(KeptConfiguration, "write", slow)
    changed, later, closed = asyncio.run(both())
    assert (changed, type(later), closed) == (None, NotStoredError, None)
    assert start(folder).current.preset == "production"


def test_operations_that_are_too_large_together_are_refused(folder):
    store = start(folder)

    async def register():
        for number in range(99):
            await store.set_operation(f"op_{number}", {"prompt": "x" * 2000}, "ops")

    with pytest.raises(ConfigurationError, match="more than 100,000 bytes"):
        asyncio.run(register())
    assert 40 < len(start(folder).document["operations"]) < 50


def test_a_change_that_cannot_be_recorded_is_not_applied(folder):
    store = start(folder)
    (folder / FILE).unlink()
    (folder / FILE).mkdir()
    with pytest.raises(NotStoredError):
        asyncio.run(store.replace({"preset": "production"}, "ops"))
    assert store.current.preset == "simple"


def test_what_was_kept_has_to_keep_within_new_limits(folder):
    asyncio.run(start(folder).set_operation("qa", {"retry": {"attempts": 9}}, "ops"))
    with pytest.raises(ConfigurationError) as raised:
        start(folder, limits=OperatorLimits(attempts=Range(1, 3)))
    assert "operations.qa.retry.attempts" in str(raised.value)


def test_a_damaged_kept_configuration_is_not_passed_over(folder):
    asyncio.run(start(folder).replace({"preset": "production"}, "ops"))
    (folder / "configuration.json").write_text("{")
    for read in (start, lambda folder: read_document(Sources(folder))):
        with pytest.raises(ConfigurationError) as raised:
            read(folder)
        assert "ASSISTANT_DATA_DIR" in str(raised.value)
