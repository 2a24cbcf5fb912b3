"""Which system a scenario belongs to, by its tags: never by default."""

from collections.abc import Collection, Iterable, Sequence

from support.core.errors import UsageError
from support.core.settings import Kinds
from support.gate.selection.behave_model import Scenario
from support.gate.selection.scenarios import scenario_id, tags_of
from support.systems.protocol import System


def system_of(tags: Collection[str], systems: Iterable[System]) -> System | None:
    """The one system whose name is among *tags*; None where there is none, or more than one."""
    found = [one for one in systems if one.name in tags]
    return found[0] if len(found) == 1 else None


def needed_systems(tags: Collection[str], systems: Iterable[System]) -> list[System]:
    """The systems that scenarios with these *tags* need, each after those that it builds on."""
    by_name = {system.name: system for system in systems}
    wanted = [system for system in by_name.values() if system.name in tags]
    order = dict.fromkeys(name for system in wanted for name in (*system.builds_on, system.name))
    return [by_name[name] for name in order]


def refuse_unknown_systems(scenarios: Iterable[Scenario], systems: Sequence[System]) -> None:
    """Raises `UsageError` for a scenario that does not carry the tag of exactly one known system."""
    for scenario in scenarios:
        if system_of(tags_of(scenario), systems) is None:
            known = ", ".join(f"@{system.name}" for system in systems)
            raise UsageError(
                f"{scenario_id(scenario)} must carry the tag of exactly one system ({known}); add it to its Feature"
            )


def settings_of(systems: Iterable[System]) -> Kinds:
    return {system.name: system.settings for system in systems}
