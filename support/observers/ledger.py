"""The loss ledger: attempted = confirmed + refused + unknown, and confirmed = kept + lost.

For what is replaced by what comes after it, as the versions of a catalog are: something confirmed is lost when a later look finds
what was there before it. What is unknown may be found or not.
"""

from dataclasses import dataclass
from enum import Enum


class Fate(Enum):
    """What whoever attempted something was told."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Entry:
    what: str
    fate: Fate


class Ledger:
    """Entries are made in the order of the attempts, each under a name of its own; looks are made in between and at the end."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._lost: dict[str, str] = {}

    def enter(self, what: str, fate: Fate) -> None:
        self.entries.append(Entry(what, fate))

    def look(self, where: str, found: str) -> None:
        """*found* stands at *where* now; "" is nothing. Everything confirmed after it is lost there."""
        names = [entry.what for entry in self.entries]
        # what nobody attempted counts as older than everything: nothing of what was confirmed is there
        since = names.index(found) + 1 if found in names else 0
        for entry in self.entries[since:]:
            if entry.fate is Fate.CONFIRMED:
                self._lost.setdefault(
                    entry.what, f"{entry.what} was confirmed; {where} had {found or 'nothing'} afterwards"
                )

    def lost(self) -> list[str]:
        return list(self._lost.values())

    def count(self, fate: Fate) -> int:
        return sum(entry.fate is fate for entry in self.entries)

    def __str__(self) -> str:
        confirmed, lost = self.count(Fate.CONFIRMED), len(self._lost)
        return (
            f"{len(self.entries)} attempted = {confirmed} confirmed + {self.count(Fate.REFUSED)} refused + "
            f"{self.count(Fate.UNKNOWN)} unknown; {confirmed} confirmed = {confirmed - lost} kept + {lost} lost"
        )
