"""Which systems a run needs: those that have at least one selected scenario."""

from collections.abc import Sequence

from support.gate.selection.request import read_request
from support.gate.selection.scenarios import tags_of
from support.systems.protocol import System


def selected_systems(options: Sequence[str], systems: Sequence[System]) -> list[str]:
    """The names of *systems* that are tags of a selected scenario. Raises `UsageError` as a run with these options would."""
    tags = {tag for scenario in read_request(options, systems).scenarios for tag in tags_of(scenario)}
    return [system.name for system in systems if system.name in tags]
