"""How a process ends when it is asked to."""

import time
from dataclasses import dataclass
from datetime import timedelta

from support.core.bounds import assert_at_most
from support.core.errors import NotEndedError
from support.environments.parts import Part


@dataclass(frozen=True, slots=True)
class Ending:
    """How a part ended after SIGTERM: its exit status (negative: the signal), and after how long."""

    status: int | None
    after: timedelta

    def __str__(self) -> str:
        return f"exit status {self.status} after {self.after.total_seconds():.2f} s"


def asked_to_stop(part: Part) -> Ending:
    """SIGTERM. *status* is None when it has not ended after 5 s; then it is killed."""
    began = time.monotonic()
    try:
        part.stop()
    except NotEndedError:
        part.kill()
        return Ending(None, timedelta(seconds=time.monotonic() - began))
    return Ending(part.exit_status, timedelta(seconds=time.monotonic() - began))


def ended_well(ending: Ending, within: timedelta) -> None:
    seen = str(ending) if ending.status is not None else f"it still ran after {ending.after.total_seconds():.1f} s"
    assert ending.status == 0, f"SIGTERM: expected exit status 0, but {seen}"
    assert_at_most(ending.after, within, "the time from SIGTERM to the end")
