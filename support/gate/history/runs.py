"""The history of runs: `history.jsonl`, one line per run, never cleared, with the conditions that make runs comparable."""

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
from support.core.fingerprint import digest
from support.measure.host_load import OTHERS

FILE = "history.jsonl"
KEPT = ("run", "started", "duration_s", "verdict", "exit_code", "because", "backend", "seed", "counts")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the times of a run depend on, besides its backend. *code* is the commit of the checkout and a digest of uncommitted
    changes; *candidate* says what was judged, if not the unchanged reference, *version* which build of it. Unknown: empty or 0.
    """

    code: str = ""
    candidate: str = ""
    version: str = ""
    cpus: int = 0
    workers: int = 1


@dataclass(frozen=True, slots=True)
class ScenarioRecord:
    """What is kept of a scenario; *figures* are values by name."""

    name: str
    outcome: str
    duration_s: float
    figures: Mapping[str, int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scale:
    """The unit of a figure, and its budget; *bound* is at_most or at_least."""

    unit: str
    budget: int | float | None = None
    bound: str = ""
    aim: int | float | None = None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run. Lines of earlier versions have neither scenarios nor circumstances.

    *whole* if it judged every scenario; *others* took that share of the processors' time meanwhile, in percent.
    """

    run: str
    started: float
    duration_s: float
    verdict: str
    backend: str
    counts: Mapping[str, int]
    circumstances: Circumstances = Circumstances()
    scenarios: Mapping[str, ScenarioRecord] = field(default_factory=dict)
    scales: Mapping[str, Scale] = field(default_factory=dict)
    whole: bool = False
    others: float = 0.0

    def worst(self) -> dict[str, float]:
        """The worst value over all scenarios of each figure that has a budget."""
        values: dict[str, list[float]] = {}
        for trace in self.scenarios.values():
            for name, value in trace.figures.items():
                values.setdefault(name, []).append(value)
        budgeted = {name: scale for name, scale in self.scales.items() if scale.budget is not None and name in values}
        return {name: (min if scale.bound == "at_least" else max)(values[name]) for name, scale in budgeted.items()}


def circumstances(candidate: str, version: str, workers: int) -> Circumstances:
    """The circumstances of the present run."""
    return Circumstances(_code(CHECKOUT), candidate, version, len(os.sched_getaffinity(0)), workers)


def record_of(verdict: Mapping[str, Any], under: Circumstances) -> RunRecord:
    """The record of *verdict*, as in `verdict.json`."""
    return msgspec.convert(_line(verdict, under), RunRecord)


def append(history: Path, verdict: Mapping[str, Any], under: Circumstances) -> None:
    """Add a line for *verdict*, as in `verdict.json`."""
    size = history.stat().st_size if history.exists() else 0
    try:
        with history.open("a", encoding="utf-8") as file:
            file.write(json.dumps(_line(verdict, under), ensure_ascii=False, separators=(",", ":")) + "\n")
    except OSError:
        os.truncate(history, size)  # half a line would be no run
        raise


def read(history: Path) -> tuple[list[RunRecord], list[str]]:
    """All runs in *history*, the oldest first, and a sentence for each invalid line, which is left out."""
    runs: list[RunRecord] = []
    complaints: list[str] = []
    lines = history.read_text(encoding="utf-8", errors="replace").splitlines() if history.exists() else []
    for number, line in enumerate(lines, start=1):
        try:
            runs.append(msgspec.json.decode(line, type=RunRecord))
        except msgspec.DecodeError:
            complaints.append(
                f"line {number} of {history} is not a run and was ignored; delete the line to stop this warning"
            )
    return runs, complaints


def _line(verdict: Mapping[str, Any], under: Circumstances) -> dict[str, Any]:
    figures = [figure for one in verdict["scenarios"] for figure in one["figures"] if _is_kept(figure)]
    return {key: verdict[key] for key in KEPT} | {
        "whole": verdict.get("asked", {}).get("whole", False),
        "others": max((one["value"] for one in verdict.get("figures", []) if one["name"] == OTHERS), default=0.0),
        "circumstances": asdict(under),
        "scenarios": {one["id"]: _trace(one) for one in verdict["scenarios"]},
        "scales": {figure["name"]: _scale(figure) for figure in figures},
    }


def _trace(scenario: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: scenario[key] for key in ("name", "outcome")} | {"duration_s": round(scenario["duration_s"], 2)}
    figures = {figure["name"]: figure["value"] for figure in scenario["figures"] if _is_kept(figure)}
    return kept | ({"figures": figures} if figures else {})


def _scale(figure: Mapping[str, Any]) -> dict[str, Any]:
    return {key: figure[key] for key in ("unit", "budget", "bound", "aim") if key in figure}


def _is_kept(figure: Mapping[str, Any]) -> bool:
    """Only figures with a budget are kept."""
    return "bound" in figure and isinstance(figure["value"], int | float)


def _code(checkout: Path) -> str:
    """The commit, with a digest of uncommitted changes and new files; empty where git cannot tell."""
    commit = _git(checkout, "rev-parse", "--short=12", "HEAD")
    new = _git(checkout, "ls-files", "--others", "--exclude-standard").splitlines()
    changes = _git(checkout, "diff", "HEAD") + "".join(f"{name} {digest(checkout / name)}" for name in new)
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


def comparable(one: RunRecord, other: RunRecord) -> bool:
    """Whether two runs had the same circumstances, apart from the code, so that their times can be compared."""
    here, there = one.circumstances, other.circumstances
    return (one.backend, here.candidate, here.cpus, here.workers) == (
        other.backend,
        there.candidate,
        there.cpus,
        there.workers,
    )
