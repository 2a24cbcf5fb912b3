"""Mistakes in what people wrote: which field, its value, what is wrong, and how to mend it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

Location = tuple[str | int, ...]

LONGEST_SHOWN = 60
LARGEST_EXACT = 2**53  # what JSON readers keep of a whole number
SECRET = re.compile(r"(?i)key|secret|token|passw|credential|authori[sz]ation")
LOOKS_SECRET = re.compile(r"(?i)\bbearer\s|\bsk-|://[^/\s]*:[^/\s]*@")
HIDDEN = "(hidden)"


@dataclass(frozen=True, slots=True)
class Mistake:
    """*field* is a path such as `operations.qa.retry.attempts`; *value* is safe to show."""

    field: str
    value: object
    message: str
    remedy: str

    @property
    def sentence(self) -> str:
        return f"{self.field} is {self.value!r}: {self.message}; {self.remedy}."

    def told(self) -> dict[str, object]:
        return asdict(self)


class ConfigurationError(Exception):
    """A configuration that is not applied; *mistakes* has them all."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(mistake.sentence for mistake in self.mistakes))


def mistake(location: Sequence[str | int], value: object, message: str, remedy: str) -> Mistake:
    field = ".".join(printable(str(part)) for part in location) or "configuration"
    return Mistake(field, shown(location, value), message, remedy)


def shown(location: Sequence[str | int], value: object) -> object:
    """*value* as it may stand in an answer or a log: short, printable and without secrets."""
    if any(SECRET.search(str(part)) for part in location if part != "key_points"):
        return HIDDEN
    if isinstance(value, str):
        return HIDDEN if LOOKS_SECRET.search(value) else printable(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return value if abs(value) <= LARGEST_EXACT else "a huge number"
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else printable(str(value))


def printable(text: str) -> str:
    cut = text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "..."
    return "".join(letter if letter.isprintable() else "?" for letter in cut)
