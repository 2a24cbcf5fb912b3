"""Checks the answers that shoppers got during faults."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from support.core.bounds import LateError
from support.core.processor_time import SLOWEST
from support.core.target import Target
from support.faults.desk import InjectedFault
from support.systems.catalog.actors.shopper import Visit
from support.systems.catalog.targets import BACKUP, PROVIDER, SAVED_COPY

AFTERWARDS_S = 5.0  # so long after a source has recovered, the service may still use a lower one


@dataclass(frozen=True, slots=True)
class AnswersUnderFault:
    """All *visits*, and the *windows* of the faults during them."""

    visits: Sequence[Visit]
    windows: Sequence[InjectedFault]
    afterwards_s: float = AFTERWARDS_S

    def assert_none(self, needless: Callable[[Self], list[str]], what: str) -> None:
        """Raises `AssertionError` if there is any; `LateError` if there were none, had the service had more time to recover."""
        if not (found := needless(self)):
            return
        message = f"{what}: expected none; seen: {'; '.join(found)}"
        for times in range(2, int(SLOWEST) + 1):
            if not needless(replace(self, afterwards_s=times * self.afterwards_s)):
                raise LateError(message, times)
        raise AssertionError(message)

    def __str__(self) -> str:
        sources = [visit.source or "no source" for visit in self.visits]
        counts = ", ".join(f"{sources.count(source)} from {source}" for source in sorted(set(sources)))
        return f"{len(self.visits)} answers during {len(self.windows)} faults: {counts}"

    def unanswered(self) -> list[str]:
        """Visits to which no instance gave a complete answer."""
        return self._described(lambda visit: visit.status is None)

    def unexpected(self) -> list[str]:
        """Answers that are neither a catalog nor a 503 with Retry-After."""
        polite = 503
        return self._described(
            lambda visit: (
                visit.status is not None
                and not visit.served
                and not (visit.status == polite and visit.come_back_after is not None)
            )
        )

    def needless_refusals(self) -> list[str]:
        """Refusals while at least one source was healthy."""
        sources = (PROVIDER, SAVED_COPY, BACKUP)
        return self._described(
            lambda visit: not visit.served and not all(self._was_faulty(one, visit) for one in sources)
        )

    def needless_backup_answers(self) -> list[str]:
        """Answers from the backup while the provider or the saved copy was healthy."""
        above = (PROVIDER, SAVED_COPY)
        return self._described(
            lambda visit: visit.source == "backup" and not all(self._was_faulty(one, visit) for one in above)
        )

    def _was_faulty(self, target: Target, visit: Visit) -> bool:
        ahead = time.time() - time.monotonic()  # from the windows' monotonic clock to the visits' unix clock
        ended = visit.at + visit.waited.total_seconds()
        return any(
            window.began + ahead <= ended
            and (window.ended is None or visit.at <= window.ended + ahead + self.afterwards_s)
            for window in self.windows
            if window.target is target
        )

    def _described(self, wrong: Callable[[Visit], bool]) -> list[str]:
        found = [visit for visit in self.visits if wrong(visit)]
        return [*_few(found), *([f"and {len(found) - 3} more"] if len(found) > 3 else [])]


def _few(visits: Iterable[Visit]) -> list[str]:
    return [str(visit) for visit in list(visits)[:3]]
