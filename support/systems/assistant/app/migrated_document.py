"""Writes the wanted behaviour of each operation as a configuration, with as few overrides as possible."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, cast

from support.systems.assistant.app.configuration_document import DefaultPart, Document
from support.systems.assistant.app.migration_check import FIELDS, as_meaning
from support.systems.assistant.app.old_variables import Meaning
from support.systems.assistant.app.operator_limits import OperatorLimits
from support.systems.assistant.app.presets import PRESETS
from support.systems.assistant.app.resolution import within
from support.systems.assistant.app.strategies import STRATEGIES


def write_document(default: Meaning, wanted: Mapping[str, Meaning], limits: OperatorLimits) -> Document:
    """The preset that needs the fewest overrides, and those. *default* is for operations that are not in *wanted*."""
    return min((_under(preset, default, wanted, limits) for preset in PRESETS), key=_overrides)


def _under(preset: str, default: Meaning, wanted: Mapping[str, Meaning], limits: OperatorLimits) -> Document:
    general = _part(default, _strategy(default.strategy, limits))
    if default.strategy != PRESETS[preset].strategy:
        general = {"strategy": default.strategy, **general}
    operations = {}
    for name, meaning in wanted.items():
        base = _strategy(meaning.strategy, limits)
        if PRESETS[preset].operations.get(name, default.strategy) == meaning.strategy:
            own = _part(meaning, _overridden(base, general))
        else:
            own = {"strategy": meaning.strategy, **_part(meaning, base)}
        if own:
            operations[name] = own
    document: dict[str, object] = {"preset": preset, "default": general, "operations": operations}
    return cast("Document", {name: part for name, part in document.items() if part})


def _strategy(name: str, limits: OperatorLimits) -> Meaning:
    strategy = within(STRATEGIES[name], limits)
    return as_meaning(name, strategy.retry, strategy.breaker)


def _part(wanted: Meaning, base: Meaning) -> dict[str, Any]:
    """What has to be set so that *base* becomes *wanted*."""
    part: dict[str, dict[str, object]] = {}
    bases = asdict(base)
    for name, value in asdict(wanted).items():
        if name in FIELDS and value != bases[name]:
            group, field = FIELDS[name]
            part.setdefault(group, {})[field] = value
    return part


def _overridden(base: Meaning, part: Mapping[str, Any]) -> Meaning:
    set_there = {name: part[group][field] for name, (group, field) in FIELDS.items() if field in part.get(group, {})}
    return replace(base, **set_there)


def _overrides(document: Document) -> int:
    """How many values are set."""
    parts: list[DefaultPart] = [document.get("default", {}), *document.get("operations", {}).values()]
    return sum(len(part.get("retry", {})) + len(part.get("breaker", {})) + ("strategy" in part) for part in parts)
