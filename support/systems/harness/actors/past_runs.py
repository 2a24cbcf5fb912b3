"""What the history of this checkout says of past acceptance runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from support.core.checkout import CHECKOUT
from support.core.errors import NotApplicableError
from support.gate.history.runs import FILE, RunRecord, read
from support.measure.figure import Figure
from support.measure.host_load import OTHERS

FIGURE = "the whole suite"
ENDED = {"go", "no-go", "unknown"}  # a broken run may have ended early


@dataclass(frozen=True, slots=True)
class WholeRuns:
    """The last whole run of each backend."""

    runs: Sequence[RunRecord]

    def figures(self) -> list[Figure]:
        """The longest last, which is the one that has to keep the budget, and how much others took of the processors meanwhile."""
        longest_last = sorted(self.runs, key=lambda run: run.duration_s)
        durations = [Figure(FIGURE, round(run.duration_s, 1), "s") for run in longest_last]
        return [*durations, Figure(OTHERS, longest_last[-1].others, "%")]


def last_whole_runs(results: Path = CHECKOUT / "results") -> WholeRuns:
    """Those on the reference systems whose history is in *results* or in a folder there. Raises `NotApplicableError`."""
    last: dict[str, RunRecord] = {}
    for history in (results / FILE, *sorted(results.glob(f"*/{FILE}"))):
        for run in read(history)[0]:
            wanted = run.whole and run.verdict in ENDED and not run.circumstances.candidate and not _of_suite(run)
            if wanted and (run.backend not in last or run.started > last[run.backend].started):
                last[run.backend] = run
    if not last:
        raise NotApplicableError(
            f"{results} has no history of a whole acceptance run yet; run ./accept without a selection"
        )
    return WholeRuns(list(last.values()))


def _of_suite(run: RunRecord) -> bool:
    return any(name.startswith("harness/") for name in run.scenarios)
