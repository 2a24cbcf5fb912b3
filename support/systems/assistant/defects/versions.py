"""Mistakes with versions of the configuration: changes that meet, and changes that are seen in parts."""

import asyncio
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from support.systems.assistant.app.configuration_store import ConfigurationStore, OtherVersionError
from support.systems.patched_variants import Patch, breaks, leaves_sound


@breaks("RES-CONF-6")
def compares_versions_too_early(patch: Patch) -> None:
    """The version is compared on arrival, and not again when it is the change's turn."""
    sound = ConfigurationStore.replace

    async def replaced(
        self: ConfigurationStore, raw: Any, who: str, action: str = "replaced", version: int | None = None
    ) -> None:
        if version is not None and version != self.current.version:
            raise OtherVersionError
        await sound(self, raw, who, action)

    patch(ConfigurationStore, "replace", replaced)


@breaks("RES-CONF-6")
def ignores_the_version(patch: Patch) -> None:
    """A change is accepted, whatever version it was made of."""
    sound = ConfigurationStore.replace

    async def replaced(
        self: ConfigurationStore, raw: Any, who: str, action: str = "replaced", version: int | None = None
    ) -> None:
        del version
        await sound(self, raw, who, action)

    patch(ConfigurationStore, "replace", replaced)


@breaks("RES-CONF-6")
def refuses_and_applies(patch: Patch) -> None:
    """A change of an older version is answered with a refusal, and made all the same."""
    sound = ConfigurationStore.replace

    async def replaced(
        self: ConfigurationStore, raw: Any, who: str, action: str = "replaced", version: int | None = None
    ) -> None:
        await sound(self, raw, who, action)
        if version is not None and self.current.version != version + 1:
            raise OtherVersionError

    patch(ConfigurationStore, "replace", replaced)


@breaks("RES-CONF-6")
def changes_one_operation_after_the_other(patch: Patch) -> None:
    """Each operation gets its new settings by itself, so that for a moment half of the change is in force."""
    sound = ConfigurationStore._apply

    async def applied(self: ConfigurationStore, *arguments: Any) -> None:
        before = self.current
        await sound(self, *arguments)
        after, mixed = self.current, dict(before.operations)
        for name, settings in after.operations.items():
            mixed[name] = settings
            self.current = replace(after, operations=MappingProxyType(dict(mixed)))
            await asyncio.sleep(0.002)
        self.current = after

    patch(ConfigurationStore, "_apply", applied)


@leaves_sound("RES-MIGR-4", "RES-CONF-6")
def numbers_versions_in_tens(patch: Patch) -> None:
    """The version of the configuration grows by ten with each change."""
    sound = ConfigurationStore._resolve

    def resolve(self: ConfigurationStore, document: Any, version: int) -> Any:
        current = getattr(self, "current", None)
        return sound(self, document, version if current is None or version == current.version else version + 9)

    patch(ConfigurationStore, "_resolve", resolve)
