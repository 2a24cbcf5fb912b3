"""The loss ledger of things that stand side by side, as keys and messages do: each was confirmed, refused or is unknown.

attempted = confirmed + refused + unknown; confirmed = kept + lost. What was refused and is there all the same is unexpected.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from support.clients.attempts import Attempt
from support.observers.ledger import Fate


@dataclass(frozen=True, slots=True)
class Account:
    """*made* is what was attempted, each under a name of its own; *found* names what was there in the end, as often as it was."""

    made: Sequence[Attempt]
    found: Sequence[str]

    def lost(self) -> list[str]:
        there = set(self.found)
        return [one.what for one in self.made if one.fate is Fate.CONFIRMED and one.what not in there]

    def unexpected(self) -> list[str]:
        possible = {one.what for one in self.made if one.fate is not Fate.REFUSED}
        return [name for name in dict.fromkeys(self.found) if name not in possible]

    def repeated(self) -> list[str]:
        return [name for name, times in Counter(self.found).items() if times > 1]

    def __str__(self) -> str:
        fates = Counter(one.fate for one in self.made)
        confirmed, lost = fates[Fate.CONFIRMED], len(self.lost())
        return (
            f"{len(self.made)} attempted = {confirmed} confirmed + {fates[Fate.REFUSED]} refused + "
            f"{fates[Fate.UNKNOWN]} unknown; {confirmed} confirmed = {confirmed - lost} kept + {lost} lost; "
            f"{len(self.unexpected())} unexpected"
        )


def few(names: Iterable[str]) -> str:
    """The first of them, and how many more there are."""
    all_of_them = list(names)
    shown = ", ".join(all_of_them[:4])
    return shown if len(all_of_them) <= 4 else f"{shown} and {len(all_of_them) - 4} more"
