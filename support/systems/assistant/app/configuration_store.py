"""The configuration in force, and every change of it."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast

import structlog

from support.systems.assistant.app.audit import SERVICE, Audit
from support.systems.assistant.app.configuration_document import Document
from support.systems.assistant.app.events import ConfigurationChanged, Observer
from support.systems.assistant.app.kept_configuration import DamagedError, Kept, KeptConfiguration
from support.systems.assistant.app.mistakes import ConfigurationError, mistake
from support.systems.assistant.app.model import Effective
from support.systems.assistant.app.resolution import resolve
from support.systems.assistant.app.starting_configuration import Sources, read_start
from support.systems.assistant.app.validation import Checked, check

log = structlog.get_logger()


class OtherVersionError(Exception):
    """The configuration has been changed since the version that the caller knows."""


class NotStoredError(Exception):
    """The change could not be recorded or kept, and was not applied."""


class NothingSetError(Exception):
    """Nothing was set for the operation at run time."""


class ConfigurationStore:
    """Read `current` once for each request. A change is recorded, then kept, and only then takes effect, all at once."""

    current: Effective
    document: Document

    def __init__(self, sources: Sources, audit: Audit, observe: Observer) -> None:
        """Load what was set at run time, else what the service starts with. Raises `ConfigurationError`, `OSError`."""
        self.limits = sources.limits
        self._audit, self._observe = audit, observe
        self._file = KeptConfiguration(sources.folder)
        self._start = read_start(sources)
        self._one_at_a_time = asyncio.Lock()
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

    def _load(self) -> None:
        kept = self._read_kept()
        changed = kept.changed if kept else None
        self.document = self._start.document if changed is None else self.check(changed).valid()
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

    def _read_kept(self) -> Kept | None:
        try:
            return self._file.read()
        except DamagedError as error:
            remedy = "restore it, or remove it to start without what was set at run time"
            damaged = mistake(("configuration.json in ASSISTANT_DATA_DIR",), "damaged", str(error), remedy)
            raise ConfigurationError([damaged]) from None

    async def _apply(self, document: Document, who: str, action: str) -> None:
        effective = self._resolve(document, self.current.version + 1)
        before, after = self._in_force(self.document), self._in_force(document)
        facts: dict[str, Any] = {"action": action, "version": effective.version, "before": before, "after": after}
        try:
            await self._audit.record_durably("configuration", who, **facts)
            kept = Kept(effective.version, cast("dict[str, Any]", document), dict(after))
            await asyncio.to_thread(self._file.write, kept)
        except OSError as error:
            with suppress(OSError):
                self._audit.record("configuration", SERVICE, action="not_applied", version=effective.version)
            raise NotStoredError(str(error)) from error
        self.document, self.current = document, effective
        self._observe(ConfigurationChanged(effective))

    def _in_force(self, document: Document) -> Mapping[str, object]:
        return {"preset": self._start.preset, **document}

    def _resolve(self, document: Document, version: int) -> Effective:
        return resolve(document, self._start.preset, self.limits, version)
