"""The durations of scenarios in earlier runs: `times.json`, kept beside the history."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from support.core.errors import UsageError
from support.gate.verdict.findings import ScenarioVerdict
from support.gate.verdict.outcome import Outcome

FILE = "times.json"


def recorded(home: Path) -> Mapping[str, float]:
    """Seconds by `work_order.timing_key`; empty if none can be read, since they only make a run faster."""
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
    """Record the scenarios that passed; the duration of one that failed early is not typical."""
    times = dict(recorded(home))
    for one in scenarios:
        if one.outcome is Outcome.PASSED:
            times[f"{one.id.rpartition(':')[0]}: {one.name}"] = round(one.duration_s, 3)
    draft = home / f".{FILE}"
    draft.write_text(json.dumps(times, indent=0, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(home / FILE)
