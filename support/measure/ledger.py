"""The loss ledger of any system: attempted = confirmed + refused + unknown, and confirmed = kept + lost.

An entry is one attempt with a unique name and its result. Looks record what is found at one or several places: `look` where a
later entry replaces the earlier ones, as versions of a document do; `look_through` where entries stay side by side, as messages do.
The terms are those of Jepsen's checkers:

lost        confirmed, and missing in the last look at some place
stale       confirmed, missing in a look, and found in a later one at the same place
duplicated  found more than once in one look
unexpected  found, although it was never attempted, or was refused
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Fate(Enum):
    """The result of an attempt as its client saw it; without an answer it is unknown."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Entry:
    what: str
    fate: Fate


class Ledger:
    """Enter attempts in their order. *of* names them in the plural; *already* are entries that existed before."""

    def __init__(self, of: str = "writes", already: Iterable[str] = ()) -> None:
        self.of = of
        self.entries: list[Entry] = []
        self._already = frozenset(already)
        self._fates: dict[str, Fate] = {}
        self._missing: dict[tuple[str, str], str] = {}  # where and what: the sentence about it
        self._stale: set[str] = set()
        self._found: set[str] = set()
        self._duplicated: set[str] = set()

    def enter(self, what: str, fate: Fate) -> None:
        if what in self._fates:
            raise ValueError(f"{what} is in the ledger already; every attempt needs a unique name")
        self.entries.append(Entry(what, fate))
        self._fates[what] = fate

    def look(self, where: str, found: str) -> None:
        """*where* holds *found* now ("": nothing). Everything that was confirmed after *found* is missing there."""
        names = list(self._fates)
        # an entry that was never attempted counts as older than all others: every confirmed one is missing
        since = names.index(found) + 1 if found in self._fates else 0
        self._note(where, [found] if found else [], names[since:])

    def look_through(self, where: str, found: Iterable[str]) -> None:
        """*found* is everything that *where* holds now, with repetitions."""
        found = list(found)
        held = set(found)
        self._note(where, found, [what for what in self._fates if what not in held])

    def lost(self) -> list[str]:
        """One sentence for each loss."""
        losses: dict[str, str] = {}
        for (_, what), sentence in self._missing.items():
            losses.setdefault(what, sentence)
        return list(losses.values())

    def duplicated(self) -> list[str]:
        return sorted(self._duplicated)

    def unexpected(self) -> list[str]:
        known = {what for what, fate in self._fates.items() if fate is not Fate.REFUSED} | self._already
        return sorted(self._found - known)

    def count(self, fate: Fate) -> int:
        return sum(entry.fate is fate for entry in self.entries)

    def as_event(self) -> dict[str, str | int]:
        """For journal and verdict."""
        confirmed, lost = self.count(Fate.CONFIRMED), len(self.lost())
        return {
            "of": self.of,
            "attempted": len(self.entries),
            "confirmed": confirmed,
            "refused": self.count(Fate.REFUSED),
            "unknown": self.count(Fate.UNKNOWN),
            "kept": confirmed - lost,
            "lost": lost,
            "duplicated": len(self._duplicated),
            "unexpected": len(self.unexpected()),
            "stale": len(self._stale),
        }

    def __str__(self) -> str:
        return (
            "{lost} of {confirmed} confirmed {of} lost: {attempted} attempted = {confirmed} confirmed + {refused} refused + "
            "{unknown} unknown; {confirmed} confirmed = {kept} kept + {lost} lost; {duplicated} duplicated, "
            "{unexpected} unexpected, {stale} stale"
        ).format(**self.as_event())

    def _note(self, where: str, found: list[str], missing: Iterable[str]) -> None:
        counts = Counter(found)
        self._found |= counts.keys()
        self._duplicated |= {what for what, times in counts.items() if times > 1}
        for what in counts:
            if self._missing.pop((where, what), ""):
                self._stale.add(what)
        for what in missing:
            if self._fates[what] is Fate.CONFIRMED:
                there = ", ".join(counts) if len(counts) == 1 else f"{len(found)} others" if found else "nothing"
                self._missing.setdefault((where, what), f"{what} was confirmed; {where} had {there} afterwards")
