"""Which systems a run needs: those that have at least one selected scenario."""

from collections.abc import Sequence

from support.gate.selection.request import read_request
from support.gate.selection.scenarios import tags_of


def selected_systems(options: Sequence[str], names: Sequence[str]) -> list[str]:
    """The *names* that are tags of a selected scenario. Raises `UsageError` as a run with these options would."""
    tags = {tag for scenario in read_request(options).scenarios for tag in tags_of(scenario)}
    return [name for name in names if name in tags]
