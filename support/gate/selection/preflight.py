"""Validates a request before anything is started: settings, tags, selection, register."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from support.core.settings import Settings, read_settings
from support.gate.selection.behave_model import Configuration, Feature, Scenario
from support.gate.selection.complete import refuse_incomplete
from support.gate.selection.register import Register, load_register, refuse_unknown
from support.gate.selection.scenarios import refuse_duplicates, refuse_empty, selected_scenarios, tags_of
from support.gate.selection.scope import without_unasked
from support.gate.selection.systems import refuse_unknown_systems, settings_of
from support.systems.protocol import System


@dataclass(frozen=True, slots=True)
class Request:
    settings: Settings
    scenarios: list[Scenario]
    register: Register


def examine(
    features: Sequence[Feature],
    config: Configuration,
    base: Path,
    systems: Sequence[System],
    default_seed: int = 0,
    *,
    for_gate: bool = True,
) -> Request:
    """Raises `UsageError` with one sentence if the request is invalid. *base* holds features/.

    *for_gate*: without the suite's own checks, unless they are asked for.
    """
    settings = read_settings(dict(config.userdata), settings_of(systems), unasked_seed=default_seed)
    refuse_empty(features, config)
    scenarios = selected_scenarios(features, config)
    if for_gate:
        scenarios = without_unasked(scenarios, features, config, systems)
    refuse_duplicates(scenarios)
    refuse_incomplete(features, scenarios, config)
    refuse_unknown_systems(scenarios, systems)
    register = load_register(base)
    refuse_unknown((tag for scenario in scenarios for tag in tags_of(scenario)), register)
    return Request(settings, scenarios, register)
