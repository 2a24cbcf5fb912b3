"""Recovery times: their definitions, and a summary over the scenarios of a run.

detection time         from the injection of a fault to the arrival of the first degraded answer
degraded time          from then to the arrival of the first better answer after the lift
recovery time          from the lift of the fault (or a kill) to the arrival of the first better answer
time back to baseline  from the lift until an answer was as fresh and as quick as before the fault

Each has a resolution in seconds, since answers are sampled. The real time is no longer than the figure, and shorter by less than
its resolution.
"""

from collections.abc import Iterable, Sequence

from support.gate.verdict.findings import Row, ScenarioVerdict
from support.measure.statistics import percentile

DETECTION, DEGRADED, RECOVERY, BASELINE = NAMES = (
    "detection time",
    "degraded time",
    "recovery time",
    "time back to baseline",
)


def recoveries(scenarios: Iterable[ScenarioVerdict]) -> list[Row]:
    """The worst and the 95th percentile of each time by fault, over scenarios and repeats; the slowest first."""
    found: dict[str, dict[str, list[Row]]] = {}
    for figure in (figure for one in scenarios for figure in one.figures):
        if figure["name"] in NAMES and "fault" in figure:
            found.setdefault(figure["fault"], {}).setdefault(figure["name"], []).append(figure)
    summaries = [
        {"fault": fault, "figures": [_summary(name, times[name]) for name in NAMES if name in times]}
        for fault, times in found.items()
    ]
    return sorted(summaries, key=lambda one: -(worst(one, RECOVERY) or 0.0))


def worst(recovery: Row, name: str) -> float | None:
    """Seconds; None if it was not measured."""
    return next((one["worst"] for one in recovery["figures"] if one["name"] == name), None)


def _summary(name: str, figures: Sequence[Row]) -> Row:
    slowest = max(figures, key=lambda one: one["value"])
    return {
        "name": name,
        "measured": len(figures),
        "worst": slowest["value"],
        "p95": percentile([one["value"] for one in figures], 95),
        "unit": "s",
        "resolution": max(one.get("resolution", 0.0) for one in figures),
    }
