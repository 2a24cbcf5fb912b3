"""Mistakes with presets, and with settings of single operations."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.systems.assistant.app import resolution
from support.systems.assistant.app.ai_service import AiService
from support.systems.assistant.app.configuration_document import DefaultPart, OperationPart
from support.systems.assistant.app.configuration_store import ConfigurationStore
from support.systems.assistant.app.model import Effective
from support.systems.assistant.app.presets import PRESETS, PROMPTS, Preset
from support.systems.assistant.app.process import Process
from support.systems.patched_variants import Patch, breaks


@breaks("RES-CONF-1", spills=("RES-CONF-5",))
def production_has_no_quick_work(patch: Patch) -> None:
    """In production, sentiments are tried as often as anything else."""
    _patch_production(patch, "sentiment")


@breaks("RES-CONF-1", spills=("RES-CONF-5",))
def production_has_no_important_work(patch: Patch) -> None:
    """In production, answers to questions are given up as soon as anything else."""
    _patch_production(patch, "qa")


@breaks("RES-CONF-1")
def presets_keep_older_settings(patch: Patch) -> None:
    """A preset that is applied leaves all that was set before in force."""
    sound = ConfigurationStore.replace

    async def replaced(
        self: ConfigurationStore, raw: Any, who: str, action: str = "replaced", *more: Any, **named: Any
    ) -> None:
        merged = {**self.document, **raw} if action == "preset_applied" else raw
        await sound(self, merged, who, action, *more, **named)

    patch(ConfigurationStore, "replace", replaced)


@breaks("RES-CONF-2", "RES-CONF-3", spills=("RES-CONF-1", "RES-MIGR-6"))
def shows_overrides_without_using_them(patch: Patch) -> None:
    """The administration shows the settings of each operation; requests go by the general ones."""
    sound = Process.__init__

    def init(self: Process, orchestrator: Any, rate_limit: Any, current: Callable[[], Effective]) -> None:
        sound(self, orchestrator, rate_limit, lambda: _general(current()))

    patch(Process, "__init__", init)


@breaks("RES-CONF-2")
def overrides_for_one_are_for_all(patch: Patch) -> None:
    """What is set for one operation is written into the common settings."""
    sound = resolution.strategy_and_part

    def merged(operation: str, own: OperationPart, default: DefaultPart, preset: Preset) -> tuple[str, DefaultPart]:
        default.setdefault("retry", {}).update(own.get("retry", {}))
        return sound(operation, own, default, preset)

    patch(resolution, "strategy_and_part", merged)


@breaks("RES-CONF-2")
def own_strategy_keeps_general_fields(patch: Patch) -> None:
    """An operation that chooses a strategy still gets the number of attempts that is set for all."""
    sound = resolution.strategy_and_part

    def merged(operation: str, own: OperationPart, default: DefaultPart, preset: Preset) -> tuple[str, DefaultPart]:
        strategy, part = sound(operation, own, default, preset)
        return strategy, {**part, "retry": {**default.get("retry", {}), **part.get("retry", {})}}

    patch(resolution, "strategy_and_part", merged)


@breaks("RES-CONF-2")
def last_setting_replaces_all_others(patch: Patch) -> None:
    """Of an operation's settings only one part counts: a breaker of its own discards its retries."""
    sound = resolution.strategy_and_part

    def merged(operation: str, own: OperationPart, default: DefaultPart, preset: Preset) -> tuple[str, DefaultPart]:
        strategy, part = sound(operation, own, default, preset)
        return strategy, {"breaker": part["breaker"]} if "breaker" in own and "strategy" in own else part

    patch(resolution, "strategy_and_part", merged)


@breaks("RES-CONF-2", "RES-CONF-3")
def keeps_the_instructions_of_the_start(patch: Patch) -> None:
    """Another instruction is shown, and never sent; a new operation is sent with that for summaries."""
    sound = AiService.complete

    async def complete(self: AiService, work: Any, _prompt: str, *more: Any) -> str:
        return await sound(self, work, PROMPTS.get(work.operation, PROMPTS["summarize"]), *more)

    patch(AiService, "complete", complete)


def _general(effective: Effective) -> Effective:
    """All operations as summaries are carried out."""
    general = effective.operations["summarize"]
    operations = {
        name: replace(one, retry=general.retry, breaker=general.breaker) for name, one in effective.operations.items()
    }
    return replace(effective, operations=operations)


def _patch_production(patch: Patch, usual: str) -> None:
    """The operation *usual* gets no strategy of its own there."""
    sound = PRESETS["production"]
    operations = {name: strategy for name, strategy in sound.operations.items() if name != usual}
    patch(resolution, "PRESETS", {**PRESETS, "production": replace(sound, operations=operations)})
