"""What surrounded a failed check: the last answers, the requests that reached the provider, the lines of the services' logs."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from support.behave_runtime.stage import Stage, unfolded
from support.core.amounts import counted, span
from support.core.errors import NotApplicableError
from support.faults.desk import FaultDesk, InjectedFault
from support.faults.model import Slowness
from support.systems.catalog.actors.fleet import Fleet
from support.systems.catalog.actors.operator import Update
from support.systems.catalog.actors.shopper import Visit
from support.systems.catalog.observers.provider_record import ProviderRecord
from support.systems.catalog.observers.service_log import ServiceLog
from support.systems.catalog.targets import DATABASE, PROVIDER, SAVED_COPY

PATIENCE = "refresh.outlasts_patience"  # the service serves what it has, in place of what is on its way
NAMED = 3  # log lines and requests that are named one by one
SHORT_DELAY = timedelta(seconds=0.25)  # below each time-out that the catalog is given
AFTERWARDS_S = 0.6  # what was asked under a fault may run out so long after it: to connect, and to read
# what the events of the log are about, by their beginning; others about the whole
ABOUT = {
    "provider.": PROVIDER,
    "cache.": SAVED_COPY,
    "lock.": SAVED_COPY,
    "fallback.no_saved_copy": SAVED_COPY,
    "publish.": DATABASE,
}


@dataclass(frozen=True, slots=True)
class LogLine:
    """*at* in unix seconds."""

    file: Path
    number: int
    record: dict[str, Any]
    at: float

    @property
    def event(self) -> str:
        return str(self.record.get("event", ""))

    @property
    def ran_out(self) -> bool:
        """Whether it tells of a time limit that was over."""
        words = f"{self.record.get('kind', '')} {self.record.get('reason', '')}".lower()
        return self.event == PATIENCE or "timeout" in words or "does not answer in time" in words

    def __str__(self) -> str:
        about = self.record.get("kind") or self.record.get("reason")
        return f"line {self.number}: {self.event}" + (f" ({about})" if about else "")


def where_to_look(stage: Stage, now: float) -> Iterator[str]:
    """One sentence each. *now* in unix seconds, as in the other functions."""
    with suppress(NotApplicableError):
        yield from _answers(stage, now)
    with suppress(NotApplicableError):
        yield _requests(stage, now)
    with suppress(NotApplicableError):
        yield from _log(log_lines(stage))


def time_limits_that_ran_out(stage: Stage) -> list[str]:
    """Those in the services' logs that no fault of the scenario explains."""
    with suppress(NotApplicableError):
        expired = [one for one in log_lines(stage) if one.ran_out and not _explained(one, stage)]
        return [f"{_short(one.file)}, {one}" for one in expired if one.event != PATIENCE or _was_waited(one, stage)]
    return []


def log_lines(stage: Stage) -> list[LogLine]:
    """The structured lines since the scenario began, of all services. Raises `NotApplicableError` without a log."""
    stage.the(ServiceLog).text()
    began = stage.the(ServiceLog).began
    parts = [instance.part for instance in stage.the(Fleet).instances]
    return [one for log in dict.fromkeys(part.log for part in parts) for one in _read(log, began)]


def _answers(stage: Stage, now: float) -> Iterator[str]:
    visits = [one for one in unfolded(stage.history) if isinstance(one, Visit)]
    updates = [one for one in stage.history if isinstance(one, Update)]
    if visits:
        last = max(visits, key=lambda one: one.at)
        ago = _ago(now - last.waited.total_seconds(), last.at)
        yield f"the last answer to a shopper, of {len(visits)}, {ago}: {last}"
    if updates:
        yield f"the last update, of {len(updates)}, began {_ago(now, updates[-1].at)}: {updates[-1]}"


def _requests(stage: Stage, now: float) -> str:
    requests = stage.the(ProviderRecord).requests()
    told = [
        f"{one.method} {one.path}"
        + (f' for "{one.key}"' if one.key else "")
        + f", answered {one.status or 'nothing'}, {_ago(now, one.at)}"
        for one in requests[-NAMED:]
    ]
    which = ": " if len(told) == len(requests) else "; the last: "
    return f"the provider received {counted(len(requests), 'request')}" + (which + "; ".join(told) if told else "")


def _log(lines: list[LogLine]) -> Iterator[str]:
    for file in dict.fromkeys(one.file for one in lines):
        own = [one for one in lines if one.file == file]
        serious = [str(one) for one in own if one.record.get("level") in ("warning", "error")]
        which = f"lines {own[0].number} to {own[-1].number}" if len(own) > 1 else f"line {own[0].number}"
        telling = f"; see {'; '.join(serious[-NAMED:])}" if serious else ", without a warning or an error"
        yield f"the log {_short(file)}, {which}{telling}"


def _ago(now: float, at: float) -> str:
    return f"{span(max(0.0, now - at))} ago"


def _short(file: Path) -> str:
    """From the folder of the logs on, as a reader finds it in the results."""
    return "/".join(file.parts[file.parts.index("logs") :]) if "logs" in file.parts else file.name


def _read(file: Path, began: float) -> Iterator[LogLine]:
    text = file.read_text(errors="replace") if file.exists() else ""
    for number, line in enumerate(text.splitlines(), start=1):
        with suppress(ValueError, TypeError, AttributeError):
            record = json.loads(line)
            at = datetime.fromisoformat(record["timestamp"]).timestamp()
            if at >= began:
                yield LogLine(file, number, record, at)


def _was_waited(line: LogLine, stage: Stage) -> bool:
    """Whether a shopper was waiting: without one, patience ends and nothing follows from it."""
    visits = [one for one in unfolded(stage.history) if isinstance(one, Visit)]
    return any(one.at <= line.at <= one.at + one.waited.total_seconds() for one in visits)


def _explained(line: LogLine, stage: Stage) -> bool:
    about = next((target for start, target in ABOUT.items() if line.event.startswith(start)), None)
    return any(_explains(one, line) and about in (None, one.target) for one in stage.the(FaultDesk).injected)


def _explains(one: InjectedFault, line: LogLine) -> bool:
    """Whether a limit could run out because of a fault: one that takes that long, in force then or just before."""
    short = isinstance(one.fault, Slowness) and one.fault.delay <= SHORT_DELAY
    ahead = time.time() - time.monotonic()
    before = line.at < one.began + ahead
    return not short and not before and (one.ended is None or line.at <= one.ended + ahead + AFTERWARDS_S)
