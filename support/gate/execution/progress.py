"""Shows the progress of a run from its journal: what starts and ends, what failed and why, how much is left."""

import json
import shutil
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from support.core.amounts import span
from support.core.journal import Event
from support.gate.execution.work_order import expected_durations, timing_key
from support.gate.output.console_progress import ScenarioLines
from support.gate.output.terminal import Paint
from support.gate.selection.scenarios import Selected
from support.gate.verdict.outcome import Outcome

REGULAR_STATUSES = {0, 1}


class Progress:
    """Lines; on a terminal also a status line, with the scenario that each worker is running."""

    def __init__(
        self,
        scenarios: Sequence[Selected],
        times: Mapping[str, float],
        exclusive: Collection[str],
        journal: Path,
        out: IO[str],
    ) -> None:
        """*exclusive* are the files that are run one at a time, after all others."""
        self._scenarios = {one.id: one for one in scenarios}
        self._times = dict(times)
        self._exclusive = exclusive
        self._journal = journal.open("rb")
        self._out = out
        self._paint = Paint(out)
        self._lines: dict[str, ScenarioLines] = {}
        self._doing: dict[str, str] = {}
        self._begun: set[str] = set()
        self._ended: Counter[Outcome] = Counter()
        self._left = dict.fromkeys(self._scenarios)
        self._workers = 1

    def begin(self, workers: int) -> None:
        """*workers* processes run from now on."""
        self._workers = workers

    def update(self) -> None:
        """Print what was added to the journal since the last update."""
        lines = [line for event in self._new_events() for line in self._printed(event)]
        if self._out.isatty():
            status = self._status()[: shutil.get_terminal_size().columns - 1]
            self._out.write("".join(f"\r\033[K{line}\n" for line in lines) + f"\r\033[K{status}")
        else:
            self._out.write("".join(f"{line}\n" for line in lines))
        self._out.flush()

    def end(self) -> None:
        if self._out.isatty():
            self._out.write("\r\033[K")
        self._journal.close()

    def _new_events(self) -> Iterator[Event]:
        while line := self._journal.readline():
            if not line.endswith(b"\n"):  # not yet complete
                self._journal.seek(-len(line), 1)
                return
            try:
                yield json.loads(line)
            except ValueError:  # the verdict reports it
                continue

    def _printed(self, event: Event) -> Iterator[str]:
        match event:
            case {"event": "scenario-started", "worker": worker, "scenario": name}:
                self._begun.add(name)
                self._doing[worker] = self._scenarios[name].name
                yield from self._lines_of(worker).headings(self._scenarios[name])
            case {"event": "scenario-ended", "worker": worker, "scenario": name} if name in self._left:
                yield from self._end(worker, self._scenarios[name], event)
            case {"event": "process-ended", "process": worker, "status": status}:
                self._doing.pop(worker, None)
                if status not in REGULAR_STATUSES:
                    how = f"was killed by signal {-status}" if status < 0 else f"ended with exit status {status}"
                    yield self._lines_of(worker).prefixed(self._paint.outcome(Outcome.BROKEN, f"behave {how}"))

    def _end(self, worker: str, scenario: Selected, event: Event) -> Iterator[str]:
        outcome, seconds = Outcome(event["outcome"]), event["duration_s"]
        if scenario.id in self._begun:  # one that never began is reported in the verdict only
            lines = self._lines_of(worker)
            yield from lines.headings(scenario)
            yield from lines.end(scenario, outcome, event["reason"], seconds)
        self._doing.pop(worker, None)
        self._ended[outcome] += 1
        self._times[timing_key(scenario)] = seconds
        del self._left[scenario.id]
        if not self._out.isatty() and all(self._scenarios[name].file != scenario.file for name in self._left):
            yield self._paint.faint(self._totals())

    def _lines_of(self, worker: str) -> ScenarioLines:
        if worker not in self._lines:
            self._lines[worker] = ScenarioLines(self._paint, worker if self._workers > 1 or self._lines else "")
        return self._lines[worker]

    def _status(self) -> str:
        return " | ".join([self._totals(), *(f"{worker}: {name}" for worker, name in sorted(self._doing.items()))])

    def _totals(self) -> str:
        """For example: 87 of 176 done, 1 FAILED, about 41 s left."""
        parts = [f"{self._ended.total()} of {len(self._scenarios)} done"]
        parts += [f"{self._ended[bad]} {bad}" for bad in Outcome if self._ended[bad] and bad is not Outcome.PASSED]
        if self._left:
            seconds = expected_durations(list(self._scenarios.values()), self._times)
            at_once = {name: self._workers for name, one in self._scenarios.items() if one.file not in self._exclusive}
            parts.append(f"about {span(sum(seconds[name] / at_once.get(name, 1) for name in self._left))} left")
        return ", ".join(parts)
