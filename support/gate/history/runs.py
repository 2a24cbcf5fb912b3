"""The history of runs: `history.jsonl`, a line a run, never cleared. What makes runs comparable is kept with what they found."""

import hashlib
import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from support.core.checkout import CHECKOUT

FILE = "history.jsonl"
KEPT = ("run", "started", "duration_s", "verdict", "exit_code", "because", "backend", "seed", "counts")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """On what a run's times depend, its backend left out. *code* is the checkout's commit, and what was changed since, if
    anything; *candidate* tells what was judged, if not the sound reference. Unknown: empty, or 0.
    """

    code: str = ""
    candidate: str = ""
    cpus: int = 0
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Trace:
    """What is kept of a scenario; *figures* are values by their names."""

    name: str
    outcome: str
    duration_s: float
    figures: Mapping[str, int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scale:
    """How the values of a figure are meant: their unit, and their budget, which is a most or a least."""

    unit: str
    budget: int | float | None = None
    bound: str = ""
    aim: int | float | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """One run. Lines from before scenarios and circumstances were kept have none."""

    run: str
    started: float
    duration_s: float
    verdict: str
    backend: str
    counts: Mapping[str, int]
    circumstances: Circumstances = Circumstances()
    scenarios: Mapping[str, Trace] = field(default_factory=dict)
    scales: Mapping[str, Scale] = field(default_factory=dict)

    def worst(self) -> dict[str, float]:
        """The worst value of each figure that has a budget, over the scenarios that passed or failed by it."""
        values: dict[str, list[float]] = {}
        for trace in self.scenarios.values():
            for name, value in trace.figures.items():
                values.setdefault(name, []).append(value)
        budgeted = {name: scale for name, scale in self.scales.items() if scale.budget is not None and name in values}
        return {name: (min if scale.bound == "at_least" else max)(values[name]) for name, scale in budgeted.items()}


def circumstances(candidate: str, workers: int) -> Circumstances:
    """Those of a run that is made now."""
    return Circumstances(_code(CHECKOUT), candidate, len(os.sched_getaffinity(0)), workers)


def past(verdict: Mapping[str, Any], under: Circumstances) -> Past:
    """What the history will know of *verdict*, as in `verdict.json`."""
    return msgspec.convert(_line(verdict, under), Past)


def append(history: Path, verdict: Mapping[str, Any], under: Circumstances) -> None:
    """Add a line for *verdict*, as in `verdict.json`."""
    with history.open("a", encoding="utf-8") as file:
        file.write(json.dumps(_line(verdict, under), ensure_ascii=False, separators=(",", ":")) + "\n")


def read(history: Path) -> tuple[list[Past], list[str]]:
    """All runs in *history*, the oldest first, and a sentence for each line that is none; it is left out, and nothing else."""
    runs: list[Past] = []
    complaints: list[str] = []
    lines = history.read_text(encoding="utf-8", errors="replace").splitlines() if history.exists() else []
    for number, line in enumerate(lines, start=1):
        try:
            runs.append(msgspec.json.decode(line, type=Past))
        except msgspec.DecodeError:
            complaints.append(
                f"line {number} of {history} is not a run and was left out; delete it to be rid of this word"
            )
    return runs, complaints


def _line(verdict: Mapping[str, Any], under: Circumstances) -> dict[str, Any]:
    figures = [figure for one in verdict["scenarios"] for figure in one["figures"] if _counts(figure)]
    return {key: verdict[key] for key in KEPT} | {
        "circumstances": asdict(under),
        "scenarios": {one["id"]: _trace(one) for one in verdict["scenarios"]},
        "scales": {figure["name"]: _scale(figure) for figure in figures},
    }


def _trace(scenario: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: scenario[key] for key in ("name", "outcome")} | {"duration_s": round(scenario["duration_s"], 2)}
    figures = {figure["name"]: figure["value"] for figure in scenario["figures"] if _counts(figure)}
    return kept | ({"figures": figures} if figures else {})


def _scale(figure: Mapping[str, Any]) -> dict[str, Any]:
    return {key: figure[key] for key in ("unit", "budget", "bound", "aim") if key in figure}


def _counts(figure: Mapping[str, Any]) -> bool:
    """Only what has a budget is followed over runs."""
    return "bound" in figure and isinstance(figure["value"], int | float)


def _code(checkout: Path) -> str:
    """The commit, with a digest of what has been changed since; empty where git cannot tell."""
    commit = _git(checkout, "rev-parse", "--short=12", "HEAD")
    changes = _git(checkout, "diff", "HEAD")
    return f"{commit}+{hashlib.sha256(changes.encode()).hexdigest()[:6]}" if commit and changes else commit


def _git(checkout: Path, *words: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(checkout), *words],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def comparable(one: Past, other: Past) -> bool:
    """Whether two runs were made under the same circumstances, whatever the code was, so that times mean the same."""
    here, there = one.circumstances, other.circumstances
    return (one.backend, here.candidate, here.cpus, here.workers) == (
        other.backend,
        there.candidate,
        there.cpus,
        there.workers,
    )
