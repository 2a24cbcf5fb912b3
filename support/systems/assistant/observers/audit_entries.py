"""Entries of the audit trail, as the administration shows them."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from hamcrest.core.matcher import Matcher

from support.core.described import described
from support.systems.assistant.actors.configuration_change import Change
from support.systems.assistant.well_formed import well_formed

CLOCK_S = 1.0  # by which two readings of one machine's clock, rounded, may differ
Entry = Mapping[str, Any]


def change_by(who: str, change: Change) -> Matcher[Any]:
    """An entry about *change*, with its author, its time, and the configuration before and after."""

    @well_formed("a change in the audit trail")
    def mismatch(entry: Entry) -> str:
        if entry.get("who") != who:
            return f"a change by {entry.get('who')}"
        if not change.at - CLOCK_S <= float(entry.get("at", 0)) <= time.time() + CLOCK_S:
            return f"a change at {entry.get('at')}, and it was made at {change.at}"
        if entry.get("version") != change.after["version"]:
            return f"a change to version {entry.get('version')}, and it was to version {change.after['version']}"
        for when, known in (("before", change.before), ("after", change.after)):
            if missing := _missing(entry.get(when), known["configuration"]):
                return f"{when} the change there was, according to the audit trail, another {', '.join(missing)}"
        return ""

    return described(f"a change by {who}, from what was to what is", mismatch)


def _missing(told: object, known: Mapping[str, Any]) -> Sequence[str]:
    """The parts of the configuration *known* that are otherwise in *told*."""
    told = told if isinstance(told, dict) else {}
    return [name for name in {**told, **known} if name != "preset" and told.get(name) != known.get(name)]
