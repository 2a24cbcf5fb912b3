"""Mistakes with changes of the configuration: what is in progress, what is kept, what meets."""

import asyncio
import atexit
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from support.systems.assistant.app.attempts import Attempts
from support.systems.assistant.app.breaker import Breakers
from support.systems.assistant.app.configuration_store import ConfigurationStore, OtherVersionError
from support.systems.assistant.app.kept_configuration import Kept, KeptConfiguration
from support.systems.assistant.app.orchestrator import Orchestrator
from support.systems.assistant.app.progress import Progress
from support.systems.patched_variants import Patch, breaks

if TYPE_CHECKING:
    from support.systems.assistant.app.model import Effective


@breaks("RES-CONF-6")
def reads_the_configuration_for_each_attempt(patch: Patch) -> None:
    """A request that is in progress goes on under the new configuration."""
    in_force: dict[str, Effective] = {}
    apply, call = ConfigurationStore._apply, Attempts._call

    async def applied(self: ConfigurationStore, *arguments: Any) -> None:
        await apply(self, *arguments)
        in_force["now"] = self.current

    async def calls(self: Attempts, progress: Progress, *more: Any) -> str:
        now = in_force.get("now")
        if now:
            progress.settings = now.operations[progress.settings.name]
        return await call(self, progress, *more)

    patch(ConfigurationStore, "_apply", applied)
    patch(Attempts, "_call", calls)


@breaks("RES-CONF-6", "RES-CONF-3")
def changes_interrupt_requests(patch: Patch) -> None:
    """A change starts all anew: requests in progress are answered without the AI service."""
    all_of_them: list[Orchestrator] = []
    init, apply = Orchestrator.__init__, ConfigurationStore._apply

    def made(self: Orchestrator, *arguments: Any) -> None:
        init(self, *arguments)
        all_of_them.append(self)

    async def applied(self: ConfigurationStore, *arguments: Any) -> None:
        await apply(self, *arguments)
        now = asyncio.get_running_loop().time()
        for live in [live for one in all_of_them for live in one._live]:
            live.reschedule(now)

    patch(Orchestrator, "__init__", made)
    patch(ConfigurationStore, "_apply", applied)


@breaks("RES-CONF-6")
def changes_close_all_breakers(patch: Patch) -> None:
    """The breakers are made anew with each configuration, and closed."""
    all_of_them: list[Breakers] = []
    init, apply = Breakers.__init__, ConfigurationStore._apply

    def made(self: Breakers, *arguments: Any) -> None:
        init(self, *arguments)
        all_of_them.append(self)

    async def applied(self: ConfigurationStore, *arguments: Any) -> None:
        await apply(self, *arguments)
        for breaker in [one.of(operation) for one in all_of_them for operation in self.current.operations]:
            await breaker.reset("service")

    patch(Breakers, "__init__", made)
    patch(ConfigurationStore, "_apply", applied)


@breaks("RES-CONF-6")
def keeps_changes_only_when_it_is_stopped(patch: Patch) -> None:
    """A change is written to the disk when the service stops, which a process that is killed does not."""
    sound = KeptConfiguration.write
    last: dict[KeptConfiguration, Kept] = {}

    def write_last() -> None:
        for file, kept in last.items():
            sound(file, kept)

    def write(self: KeptConfiguration, kept: Kept) -> None:
        last[self] = kept

    atexit.register(write_last)
    patch(KeptConfiguration, "write", write)


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
