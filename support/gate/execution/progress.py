"""The run as it goes on, told from its journal: what begins and ends, what failed and why, how much is left."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from support.core.amounts import span
from support.core.journal import Event
from support.gate.execution.work_order import expected, key
from support.gate.output.console_progress import Tale
from support.gate.output.terminal import Paint
from support.gate.selection.scenarios import Selected
from support.gate.verdict.outcome import Outcome

STATUSES_OF_BEHAVE = {0, 1}


class Progress:
    """Lines for pipes; on a terminal also one that is written anew each time, with what each worker is doing."""

    def __init__(self, scenarios: Sequence[Selected], times: Mapping[str, float], journal: Path, out: IO[str]) -> None:
        self._scenarios = {one.id: one for one in scenarios}
        self._times = dict(times)
        self._journal = journal.open("rb")
        self._out = out
        self._paint = Paint(out)
        self._tales: dict[str, Tale] = {}
        self._doing: dict[str, str] = {}
        self._begun: set[str] = set()
        self._ended: Counter[Outcome] = Counter()
        self._left = dict.fromkeys(self._scenarios)
        self._size = 1

    def begin(self, size: int) -> None:
        """*size* processes are at work from now on."""
        self._size = size

    def look(self) -> None:
        """Tell what the journal has in addition since the last look."""
        lines = [line for event in self._news() for line in self._told(event)]
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

    def _news(self) -> Iterator[Event]:
        while line := self._journal.readline():
            if not line.endswith(b"\n"):  # not yet whole
                self._journal.seek(-len(line), 1)
                return
            try:
                yield json.loads(line)
            except ValueError:  # the verdict will tell
                continue

    def _told(self, event: Event) -> Iterator[str]:
        match event:
            case {"event": "scenario-started", "worker": worker, "scenario": name}:
                self._begun.add(name)
                self._doing[worker] = self._scenarios[name].name
                yield from self._tale(worker).headings(self._scenarios[name])
            case {"event": "scenario-ended", "worker": worker, "scenario": name} if name in self._left:
                yield from self._end(worker, self._scenarios[name], event)
            case {"event": "process-ended", "process": worker, "status": status}:
                self._doing.pop(worker, None)
                if status not in STATUSES_OF_BEHAVE:
                    how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
                    yield self._tale(worker).said(self._paint.outcome(Outcome.BROKEN, f"behave {how}"))

    def _end(self, worker: str, scenario: Selected, event: Event) -> Iterator[str]:
        outcome, seconds = Outcome(event["outcome"]), event["duration_s"]
        if scenario.id in self._begun:  # what was written off is many lines, and one in the verdict
            tale = self._tale(worker)
            yield from tale.headings(scenario)
            yield from tale.end(scenario, outcome, event["reason"], seconds)
        self._doing.pop(worker, None)
        self._ended[outcome] += 1
        self._times[key(scenario)] = seconds
        del self._left[scenario.id]
        if not self._out.isatty() and all(self._scenarios[name].file != scenario.file for name in self._left):
            yield self._paint.faint(self._much())

    def _tale(self, worker: str) -> Tale:
        if worker not in self._tales:
            self._tales[worker] = Tale(self._paint, worker if self._size > 1 or self._tales else "")
        return self._tales[worker]

    def _status(self) -> str:
        return " | ".join([self._much(), *(f"{worker}: {name}" for worker, name in sorted(self._doing.items()))])

    def _much(self) -> str:
        """As in: 87 of 176 done, 1 FAILED, about 41 s left."""
        parts = [f"{self._ended.total()} of {len(self._scenarios)} done"]
        parts += [f"{self._ended[bad]} {bad}" for bad in Outcome if self._ended[bad] and bad is not Outcome.PASSED]
        if self._left:
            seconds = expected(list(self._scenarios.values()), self._times)
            parts.append(f"about {span(sum(seconds[name] for name in self._left) / self._size)} left")
        return ", ".join(parts)
