"""The configuration in force, and every change of it."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

import structlog

from support.systems.assistant.app.audit import SERVICE, Audit
from support.systems.assistant.app.configuration_document import Document
from support.systems.assistant.app.events import ConfigurationChanged, Observer
from support.systems.assistant.app.kept_configuration import DamagedError, Kept, KeptConfiguration
from support.systems.assistant.app.mistakes import ConfigurationError, mistake
from support.systems.assistant.app.model import Effective
from support.systems.assistant.app.resolution import resolve
from support.systems.assistant.app.starting_configuration import Sources, Start, read_start
from support.systems.assistant.app.validation import Checked, check

log = structlog.get_logger()


class OtherVersionError(Exception):
    """The configuration has been changed since the version that the caller knows."""


class NotStoredError(Exception):
    """The change could not be recorded or kept, or came while the service starts anew; it was not applied."""


class NothingSetError(Exception):
    """Nothing was set for the operation at run time."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a service is configured by: *document*, which is what was set at run time, else that of *start*."""

    start: Start
    kept: Kept | None
    document: Document


def read_document(sources: Sources) -> Found:
    """Read everything, and change nothing. Raises `ConfigurationError` with all mistakes, `OSError`."""
    start = read_start(sources)
    try:
        kept = KeptConfiguration(sources.folder).read()
    except DamagedError as error:
        remedy = "restore it, or remove it to start without what was set at run time"
        damaged = mistake(("configuration.json in ASSISTANT_DATA_DIR",), "damaged", str(error), remedy)
        raise ConfigurationError([damaged]) from None
    if kept is None or kept.changed is None:
        return Found(start, kept, start.document)
    return Found(start, kept, check(kept.changed, start.preset, sources.limits).valid())


class ConfigurationStore:
    """Read `current` once for each request. A change is recorded, then kept, and only then takes effect, all at once."""

    current: Effective
    document: Document

    def __init__(self, sources: Sources, audit: Audit, observe: Observer) -> None:
        """Load what was set at run time, else what the service starts with. Raises `ConfigurationError`, `OSError`."""
        self.limits = sources.limits
        self._audit, self._observe = audit, observe
        self._file = KeptConfiguration(sources.folder)
        self._found = read_document(sources)
        self._start = self._found.start
        self._one_at_a_time = asyncio.Lock()
        self._closed = False
        self._load()

    def check(self, raw: object) -> Checked:
        """What is wrong or doubtful with *raw*, a value read from JSON; applies nothing."""
        return check(raw, self._start.preset, self.limits)

    async def replace(self, raw: object, who: str, action: str = "replaced", version: int | None = None) -> None:
        """Replace the configuration by *raw*, a value read from JSON.

        Raises `ConfigurationError`; `OtherVersionError` if *version* is not the one in force; `NotStoredError`.
        """
        async with self._one_at_a_time:
            if version is not None and version != self.current.version:
                raise OtherVersionError
            await self._apply(self.check(raw).valid(), who, action)

    async def set_operation(self, name: str, part: object, who: str) -> None:
        """Register the operation *name*, or replace its settings. Raises as `replace` does."""
        async with self._one_at_a_time:
            raw = {**self.document, "operations": {**self.document.get("operations", {}), name: part}}
            await self._apply(self.check(raw).valid(), who, "operation_set")

    async def remove_operation(self, name: str, who: str) -> None:
        """Drop what was set for *name* at run time. Raises `NothingSetError`, `NotStoredError`."""
        async with self._one_at_a_time:
            operations = dict(self.document.get("operations", {}))
            at_start = self._start.document.get("operations", {}).get(name)
            if operations.pop(name, None) == at_start:
                raise NothingSetError
            if at_start is not None:
                operations[name] = at_start
            raw = {**self.document, "operations": operations}
            await self._apply(self.check(raw).valid(), who, "operation_removed")

    async def close(self) -> None:
        """Returns when no change is in progress; one that comes later would not be in force after a reload, and is refused."""
        self._closed = True
        async with self._one_at_a_time:
            pass

    def _load(self) -> None:
        kept, self.document = self._found.kept, self._found.document
        changed = kept.changed if kept else None
        before, after = kept.in_force if kept else None, self._in_force(self.document)
        version = kept.version if kept else 1
        if before != after:
            version = version + 1 if kept else version
            self._record_start(version, before, after, migrated=changed is None)
            self._file.write(Kept(version, changed, dict(after)))
        self.current = self._resolve(self.document, version)

    def _record_start(
        self, version: int, before: Mapping[str, object] | None, after: Mapping[str, object], *, migrated: bool
    ) -> None:
        if self._start.migration and migrated:
            self._audit.record("migration", SERVICE, confidence=self._start.migration.confidence, applied=True)
            log.warning("configuration.migrated", warnings=self._start.migration.warnings)
        facts: dict[str, Any] = {"action": "started", "version": version, "before": before, "after": after}
        self._audit.record("configuration", SERVICE, **facts)
        self._audit.sync()

    async def _apply(self, document: Document, who: str, action: str) -> None:
        if self._closed:
            raise NotStoredError("the service starts anew")
        effective = self._resolve(document, self.current.version + 1)
        before, after = self._in_force(self.document), self._in_force(document)
        facts: dict[str, Any] = {"action": action, "version": effective.version, "before": before, "after": after}
        try:
            await self._audit.record_durably("configuration", who, **facts)
            kept = Kept(effective.version, cast("dict[str, Any]", document), dict(after))
            await asyncio.to_thread(self._file.write, kept)
        except OSError as error:
            with suppress(OSError):
                self._audit.record("configuration", SERVICE, **{**facts, "action": "not_applied", "after": before})
            raise NotStoredError(str(error)) from error
        self.document, self.current = document, effective
        self._observe(ConfigurationChanged(effective))

    def _in_force(self, document: Document) -> Mapping[str, object]:
        return {"preset": self._start.preset, **document}

    def _resolve(self, document: Document, version: int) -> Effective:
        return resolve(document, self._start.preset, self.limits, version)
