"""What is known of the run in this process: its settings, its folder, its journal, its requirements."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from support.core.errors import BrokenHarnessError
from support.core.journal import Journal
from support.core.settings import Settings
from support.gate.selection.register import Register
from support.gate.selection.scenarios import Selected


@dataclass(slots=True)
class Recording:
    """*scenario* is the id of the scenario that runs now, None between scenarios; *logs* is where parts write theirs.

    *selected* is all that the run is to judge, also what falls to other workers.
    """

    settings: Settings
    results: Path
    logs: Path
    journal: Journal
    register: Register
    scenario: str | None = None
    selected: Sequence[Selected] = ()
    _backends: dict[str, tuple[str, str]] = field(default_factory=dict)

    def describe(self, system: str, *, backend: str, reason: str) -> None:
        """Say on which backend a system runs, and why; for verdict and report."""
        self._backends[system] = (backend, reason)
        backends = list(dict.fromkeys(chosen for chosen, _ in self._backends.values()))
        reasons = {why: None for _, why in self._backends.values()}
        told = [f"{name}: {chosen}, {why}" for name, (chosen, why) in self._backends.items()]
        self.journal.write(
            "run-described",
            backend=" and ".join(backends),
            reason="; ".join(told if len(reasons) > 1 else reasons),
            seed=self.settings.seed,
        )


_current: list[Recording] = []


def recording() -> Recording:
    """The recording of the run that this process is in the middle of."""
    if not _current:
        raise BrokenHarnessError("no run is being recorded; environment.py calls support.reporting.install() first")
    return _current[-1]


def begin(current: Recording) -> None:
    _current.append(current)


def end() -> None:
    _current.pop().journal.close()
