"""Mistakes with operations that are registered, tuned and removed at run time."""

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from support.systems.assistant.app.breaker import Breaker, Breakers
from support.systems.assistant.app.breaker_model import Permit
from support.systems.assistant.app.configuration_store import ConfigurationStore, NothingSetError
from support.systems.assistant.app.presets import PROMPTS
from support.systems.patched_variants import Patch, breaks

if TYPE_CHECKING:
    from support.systems.assistant.app.configuration_document import Document


@breaks("RES-CONF-3")
def registers_for_the_next_start(patch: Patch) -> None:
    """An operation that is registered is stored, and known only after a restart."""
    sound = ConfigurationStore.set_operation

    async def set_operation(self: ConfigurationStore, *arguments: Any) -> None:
        current = self.current
        await sound(self, *arguments)
        self.current = replace(current, version=self.current.version)

    patch(ConfigurationStore, "set_operation", set_operation)


@breaks("RES-CONF-3")
def new_operations_have_no_breaker(patch: Patch) -> None:
    """The breakers are made at the start, one for each operation of that time; others are not protected."""
    sound = Breakers.of

    class NoBreaker(Breaker):
        async def admit(self, *_: Any) -> Permit:
            return Permit(0, "")

        async def report(self, *_: Any) -> Any:
            return await self.look()

    def of(self: Breakers, operation: str) -> Breaker:
        return sound(self, operation) if operation in PROMPTS else NoBreaker(operation, self._link, self._tell)

    patch(Breakers, "of", of)


@breaks("RES-CONF-3")
def removed_operations_live_on(patch: Patch) -> None:
    """An operation that was removed is no longer shown in the configuration, and still served."""
    sound = ConfigurationStore.remove_operation

    async def remove_operation(self: ConfigurationStore, *arguments: Any) -> None:
        before = self.current.operations
        await sound(self, *arguments)
        self.current = replace(self.current, operations={**before, **self.current.operations})

    patch(ConfigurationStore, "remove_operation", remove_operation)


@breaks("RES-CONF-3")
def removal_forgets_the_file(patch: Patch) -> None:
    """What is removed goes back to the preset, and not to what the configuration file says."""
    sound = ConfigurationStore.remove_operation

    async def remove_operation(self: ConfigurationStore, name: str, who: str) -> None:
        start = self._start
        document: Document = {**start.document, "operations": {}}
        self._start = replace(start, document=document)
        try:
            await sound(self, name, who)
        finally:
            self._start = start

    patch(ConfigurationStore, "remove_operation", remove_operation)


@breaks("RES-CONF-3")
def new_operations_share_a_breaker(patch: Patch) -> None:
    """An operation that was registered at run time has the breaker of summaries, so that one stops the other."""
    sound = Breakers.of
    patch(Breakers, "of", lambda self, name: sound(self, name if name in PROMPTS else "summarize"))


@breaks("RES-CONF-3")
def removes_what_was_never_set(patch: Patch) -> None:
    """A removal of an operation for which nothing was set is answered as if it had done something."""
    sound = ConfigurationStore.remove_operation

    async def remove_operation(self: ConfigurationStore, *arguments: Any) -> None:
        with suppress(NothingSetError):
            await sound(self, *arguments)

    patch(ConfigurationStore, "remove_operation", remove_operation)
