"""How the processes of a run ended, from the journal, and what that means for the scenarios that they did not finish."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from support.core.journal import Event
from support.gate.verdict.outcome import Finding, Outcome

GREEN = {Outcome.PASSED, Outcome.NOT_APPLICABLE}


@dataclass(slots=True)
class Process:
    """*status* is the exit status, negative for a signal; *end* is what behave recorded, such as completed; *why* its reason."""

    name: str
    status: int = 0
    started: bool = False
    end: str = ""
    why: str = ""
    last_words: str = ""
    files: set[str] = field(default_factory=set)
    began: set[str] = field(default_factory=set)
    outcomes: set[Outcome] = field(default_factory=set)

    @property
    def ending(self) -> str:
        return f"was killed by signal {-self.status}" if self.status < 0 else f"ended with exit status {self.status}"


class Processes:
    def __init__(self, events: Iterable[Event]) -> None:
        self._all: dict[str, Process] = {}
        self._missing: dict[str, str] = {}  # shards by the files that only they have
        for event in events:
            self._apply(event)

    def _apply(self, event: Event) -> None:
        match event:
            case {"event": "process-ended", "process": name, "status": status, "last_words": words}:
                self._named(name).status = status
                self._named(name).last_words = words
            case {"event": "part-missing", "part": part, "files": files}:
                self._missing |= dict.fromkeys(files, part)
            case {"event": "process-started", "worker": name}:
                self._named(name).started = True
            case {"event": "run-ended", "worker": name, "status": status, **more}:
                self._named(name).end = status
                self._named(name).why = more.get("reason", "")
            case {"event": "file-taken", "worker": name, "file": file}:
                self._named(name).files.add(file)
            case {"event": "scenario-started", "worker": name, "scenario": scenario}:
                self._named(name).began.add(scenario)
            case {"event": "scenario-ended", "worker": name, "outcome": outcome}:
                self._named(name).outcomes.add(Outcome(outcome))

    def _named(self, name: str) -> Process:
        return self._all.setdefault(name, Process(name))

    @property
    def completed(self) -> bool:
        return all(process.end == "completed" for process in self._all.values())

    def troubles(self, known: Sequence[str]) -> Iterator[str]:
        """In sentences; *known* are those found already, which may explain a non-zero exit status."""
        for part in dict.fromkeys(self._missing.values()):
            yield f"{part} is missing"
        if not self._all:
            yield "behave was never started"
        for process in self._all.values():
            behave = "behave" if len(self._all) == 1 else f"behave in worker {process.name}"
            if not process.started:
                yield f"{behave} {process.ending} before it ran anything; the last line of its log: {process.last_words or 'none'}"
            elif not process.end:
                yield f"{behave} {process.ending} in the middle of the run"
            elif process.end != "completed":
                yield process.why or f"the run was {process.end}"
            elif process.status and not known and process.outcomes <= GREEN:
                yield f"{behave} {process.ending}, although no failure was recorded"

    def unfinished(self, scenario: str) -> Finding:
        """Why *scenario* did not end: how its process ended, or any process if none had started its file."""
        file = scenario.rpartition(":")[0]
        if part := self._missing.get(file):
            return Finding(Outcome.BROKEN, f"{part} is missing")
        for process in self._all.values():
            if scenario in process.began:
                return Finding(Outcome.BROKEN, f"behave {process.ending} in the middle of it")
        bad = [process for process in self._all.values() if process.status]
        holder = next((process for process in self._all.values() if file in process.files), bad[0] if bad else None)
        return Finding(Outcome.BROKEN, f"behave {holder.ending} before it" if holder else "no process started it")
