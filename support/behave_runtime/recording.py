"""The run of this process: its settings, results folder, journal and register of requirements."""

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
    """*scenario* is the id of the running scenario, None between scenarios; it began at *scenario_began* (monotonic clock).
    *logs* is the folder for the logs of parts.

    *selected* has all scenarios of the run, including those of other workers.
    """

    settings: Settings
    results: Path
    logs: Path
    journal: Journal
    register: Register
    scenario: str | None = None
    scenario_began: float = 0.0
    selected: Sequence[Selected] = ()
    _backends: dict[str, tuple[str, str]] = field(default_factory=dict)

    def describe(self, system: str, *, backend: str, reason: str) -> None:
        """Record on which backend a system runs, and why; for the verdict and the report."""
        self._backends[system] = (backend, reason)
        backends = list(dict.fromkeys(chosen for chosen, _ in self._backends.values()))
        reasons = {why: None for _, why in self._backends.values()}
        sentences = [f"{name}: {chosen}, {why}" for name, (chosen, why) in self._backends.items()]
        self.journal.write(
            "run-described",
            backend=" and ".join(backends),
            reason="; ".join(sentences if len(reasons) > 1 else reasons),
            seed=self.settings.seed,
        )


_current: list[Recording] = []


def recording() -> Recording:
    """The recording of the current run. Raises `BrokenHarnessError` if there is none."""
    if not _current:
        raise BrokenHarnessError(
            "no run is being recorded; environment.py has to call support.behave_runtime.hooks.install() first"
        )
    return _current[-1]


def begin(current: Recording) -> None:
    _current.append(current)


def end() -> None:
    _current.pop().journal.close()
