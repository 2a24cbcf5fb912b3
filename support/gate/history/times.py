"""How long scenarios took in earlier runs: `times.json`, kept beside the history of runs."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from support.core.errors import UsageError
from support.gate.verdict.findings import ScenarioVerdict
from support.gate.verdict.outcome import Outcome

FILE = "times.json"


def recorded(home: Path) -> Mapping[str, float]:
    """Seconds by `plan.key`; nothing, if none were recorded or they cannot be read: they only make a run quicker."""
    try:
        return read_times(home / FILE)
    except UsageError:
        return {}


def read_times(path: Path) -> Mapping[str, float]:
    """Raises `UsageError` if *path* does not hold times."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, float])
    except (OSError, msgspec.DecodeError):
        raise UsageError(f"{path} holds no recorded times; give the {FILE} of an earlier run") from None


def record(home: Path, scenarios: Iterable[ScenarioVerdict]) -> None:
    """Keep what passed: what failed at its first step says nothing of the time that it takes."""
    times = dict(recorded(home))
    for one in scenarios:
        if one.outcome is Outcome.PASSED:
            times[f"{one.id.rpartition(':')[0]}: {one.name}"] = round(one.duration_s, 3)
    draft = home / f".{FILE}"
    draft.write_text(json.dumps(times, indent=0, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(home / FILE)
