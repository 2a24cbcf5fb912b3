"""Mistakes with changes of the configuration: what is in progress, and what is kept."""

import asyncio
import atexit
import time
from collections.abc import Callable
from typing import Any

from support.systems.assistant.app.attempts import Attempts
from support.systems.assistant.app.breaker import Breakers
from support.systems.assistant.app.configuration_store import ConfigurationStore
from support.systems.assistant.app.kept_configuration import Kept, KeptConfiguration
from support.systems.assistant.app.model import Effective
from support.systems.assistant.app.orchestrator import Orchestrator
from support.systems.assistant.app.presets import PROMPTS
from support.systems.assistant.app.process import Process
from support.systems.assistant.app.progress import Progress
from support.systems.patched_variants import Patch, breaks


@breaks("RES-CONF-6")
def reads_the_configuration_for_each_attempt(patch: Patch) -> None:
    """A request that is in progress goes on under the new configuration."""
    in_force: dict[str, Effective] = {}
    load, apply, call = ConfigurationStore._load, ConfigurationStore._apply, Attempts._call

    def loaded(self: ConfigurationStore) -> None:
        load(self)
        in_force["now"] = self.current

    async def applied(self: ConfigurationStore, *arguments: Any) -> None:
        await apply(self, *arguments)
        in_force["now"] = self.current

    async def calls(self: Attempts, progress: Progress, *more: Any) -> str:
        name = progress.settings.name
        progress.settings = in_force["now"].operations.get(name, progress.settings)
        return await call(self, progress, *more)

    patch(ConfigurationStore, "_load", loaded)
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


@breaks("RES-CONF-6", spills=("RES-CONF-1", "RES-CONF-2", "RES-CONF-3", "RES-MIGR-6"))
def holds_settings_for_a_second(patch: Patch) -> None:
    """Requests go by settings that are read once a second, so that a change is late."""
    sound = Process.__init__

    def init(self: Process, orchestrator: Any, rate_limit: Any, current: Callable[[], Effective]) -> None:
        held: list[tuple[float, Effective]] = [(time.monotonic(), current())]

        def read() -> Effective:
            if time.monotonic() - held[0][0] > 1:
                held[0] = time.monotonic(), current()
            return held[0][1]

        sound(self, orchestrator, rate_limit, read)

    patch(Process, "__init__", init)


@breaks("RES-CONF-6")
def keeps_no_new_operations(patch: Patch) -> None:
    """What is kept are the settings of the first operations; those that were registered later are gone after a restart."""
    sound = KeptConfiguration.write

    def write(self: KeptConfiguration, kept: Kept) -> None:
        changed = dict(kept.changed or {})
        changed["operations"] = {name: one for name, one in changed.get("operations", {}).items() if name in PROMPTS}
        sound(self, Kept(kept.version, changed if kept.changed else None, kept.in_force))

    patch(KeptConfiguration, "write", write)
