"""Mistakes with the audit trail: what is not recorded, or wrongly."""

import asyncio
from dataclasses import replace
from typing import Any

from support.systems.assistant.app.audit import Audit
from support.systems.assistant.app.configuration_store import ConfigurationStore
from support.systems.assistant.app.events import AttemptEnded, Event, RequestEnded
from support.systems.patched_variants import Patch, breaks


@breaks("RES-MIGR-4")
def records_everybody_as_admin(patch: Patch) -> None:
    """Changes are recorded under one name for all administrators."""
    sound = Audit.record_durably

    async def record(self: Audit, kind: str, _who: str, **facts: object) -> None:
        await sound(self, kind, "admin", **facts)

    patch(Audit, "record_durably", record)


@breaks("RES-MIGR-4")
def records_what_is_as_what_was(patch: Patch) -> None:
    """The configuration before a change is read after it."""
    _patch_changes(patch, lambda facts: {**facts, "before": facts["after"]})


@breaks("RES-MIGR-4")
def records_only_whole_replacements(patch: Patch) -> None:
    """Operations that are registered, tuned and removed by their own pages are not recorded."""
    sound = Audit.record_durably

    async def record(self: Audit, kind: str, who: str, **facts: object) -> None:
        if not str(facts.get("action", "")).startswith("operation_"):
            await sound(self, kind, who, **facts)

    patch(Audit, "record_durably", record)


@breaks("RES-MIGR-4")
def records_refused_changes_as_made(patch: Patch) -> None:
    """A change is recorded before it is checked, whether it is then made or not."""
    sound = ConfigurationStore.replace

    async def replaced(self: ConfigurationStore, raw: Any, who: str, *more: Any, **named: Any) -> None:
        if self.check(raw).mistakes:
            facts: dict[str, Any] = {"before": self.document, "after": raw}
            self._audit.record("configuration", who, action="replaced", version=self.current.version + 1, **facts)
        await sound(self, raw, who, *more, **named)

    patch(ConfigurationStore, "replace", replaced)


@breaks("RES-MIGR-4")
def does_not_look_at_the_file(patch: Patch) -> None:
    """A change of the configuration file is not recorded, as no administrator made it."""
    patch(ConfigurationStore, "_record_start", lambda *_, **__: None)


@breaks("RES-EXC-5")
def records_only_final_failures(patch: Patch) -> None:
    """A failed attempt that is followed by another is not recorded."""
    _patch_events(patch, lambda event: not (isinstance(event, AttemptEnded) and event.decision == "retry"))


@breaks("RES-EXC-5")
def records_no_request_that_was_saved(patch: Patch) -> None:
    """A request that got its live answer in the end leaves no line about that."""
    _patch_events(patch, lambda event: not (isinstance(event, RequestEnded) and event.source == "live"))


@breaks("RES-EXC-5")
def records_samples_under_load(patch: Patch) -> None:
    """Of many failures at once, every tenth is dropped, so that the disk keeps up."""
    seen = [0]

    def kept(event: Event) -> bool:
        seen[0] += isinstance(event, AttemptEnded) and event.error is not None
        return not (isinstance(event, AttemptEnded) and seen[0] % 10 == 0)

    _patch_events(patch, kept)


@breaks("RES-EXC-5")
def records_successes_as_failures(patch: Patch) -> None:
    """Every attempt is recorded as a failed one."""
    sound = Audit._observe

    def observe(self: Audit, event: Event) -> None:
        sound(self, replace(event, error="none") if isinstance(event, AttemptEnded) and not event.error else event)  # type: ignore[arg-type]

    patch(Audit, "_observe", observe)


@breaks("RES-EXC-5")
def records_what_people_wrote(patch: Patch) -> None:
    """The text of a request that failed is recorded, to help those who look into it."""
    sound = Audit.record

    def record(self: Audit, kind: str, who: str, **facts: object) -> None:
        texts = self.__dict__.get("texts", {})
        sound(self, kind, who, **facts, **({"text": texts.get(facts.get("request_id"))} if kind == "request" else {}))

    observe = Audit._observe

    def observes(self: Audit, event: Event) -> None:
        if isinstance(event, RequestEnded):
            self.__dict__["texts"] = {event.work.request_id: event.work.text}
        observe(self, event)

    patch(Audit, "record", record)
    patch(Audit, "_observe", observes)


@breaks("RES-MIGR-4")
def records_changes_in_the_background(patch: Patch) -> None:
    """A change is answered, and recorded a moment later."""
    record, later_s = Audit.record, 0.3

    async def record_later(self: Audit, kind: str, who: str, **facts: object) -> None:
        asyncio.get_running_loop().call_later(later_s, lambda: record(self, kind, who, **facts))

    patch(Audit, "record_durably", record_later)


def _patch_changes(patch: Patch, change: Any) -> None:
    """What is recorded of each change of the configuration."""
    sound = Audit.record_durably

    async def record(self: Audit, kind: str, who: str, **facts: object) -> None:
        await sound(self, kind, who, **(change(facts) if kind == "configuration" else facts))

    patch(Audit, "record_durably", record)


def _patch_events(patch: Patch, is_recorded: Any) -> None:
    sound = Audit._observe

    def observe(self: Audit, event: Event) -> None:
        if is_recorded(event):
            sound(self, event)

    patch(Audit, "_observe", observe)
