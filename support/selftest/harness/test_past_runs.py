"""The time of whole acceptance runs is taken from the history."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.core.errors import NotApplicableError
from support.systems.harness.actors.past_runs import last_whole_runs

SCENARIOS = {"catalog/a.feature:1": {"name": "One", "outcome": "PASSED", "duration_s": 1.0}}


def run(duration_s: float, started: float = 1.0, backend: str = "embedded", **more: object) -> dict[str, object]:
    told = {"run": "r", "started": started, "duration_s": duration_s, "verdict": "go", "backend": backend, "counts": {}}
    return told | {"whole": True, "scenarios": SCENARIOS, "circumstances": {"code": "c", "candidate": ""}} | more


def write(folder: Path, *runs: dict[str, object]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "history.jsonl").write_text("".join(json.dumps(one) + "\n" for one in runs), encoding="utf-8")


def seconds(results: Path) -> list[float]:
    return [figure.value for figure in last_whole_runs(results).figures()]


def test_the_last_whole_run_of_each_backend_counts_the_longest_last(tmp_path: Path) -> None:
    write(tmp_path, run(900, 1.0), run(300, 2.0, others=40.0), run(5, 3.0, whole=False))
    write(tmp_path / "containers", run(200, 1.0, "containers"))
    assert seconds(tmp_path) == [200, 300, 40]  # the last is the share of others


@pytest.mark.parametrize(
    "other",
    [
        {"whole": False},
        {"verdict": "broken"},
        {"circumstances": {"code": "c", "candidate": "catalog.command=x"}},
        {"scenarios": {"harness/a.feature:1": SCENARIOS["catalog/a.feature:1"]}},
    ],
)
def test_what_is_no_whole_run_on_the_reference_does_not_count(tmp_path: Path, other: dict[str, Any]) -> None:
    write(tmp_path, run(900, **other))
    with pytest.raises(NotApplicableError, match="no history of a whole acceptance run yet"):
        last_whole_runs(tmp_path)
