"""The file of the audit trail, as an auditor reads it, and as somebody may tamper with it. contract.md (Audit) has its format."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.systems.assistant.well_formed import well_formed

FIRST = "0" * 64
TRAIL = "the audit trail"
_HASH = re.compile(r',\s*"hash":\s*"([0-9a-f]{64})"')
Tampering = Callable[[list[str], int], list[str]]


@dataclass(frozen=True, slots=True)
class TamperedLine:
    number: int


class AuditFile:
    """*folder* is that of an assistant's data."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "audit.jsonl"

    @property
    def text(self) -> str:
        return self._path.read_text()

    @well_formed(TRAIL)
    def changes(self, field: str) -> list[Any]:
        """The values of *field* after each change of the configuration, in order."""
        entries = (json.loads(line) for line in self.text.splitlines())
        return [at(entry["after"], field) for entry in entries if entry["kind"] == "configuration"]

    @well_formed(TRAIL)
    def unchained(self) -> Sequence[str]:
        """What is wrong with the chain, line by line."""
        return list(self._unchained())

    def _unchained(self) -> Iterator[str]:
        before = FIRST
        for number, line in enumerate(self.text.splitlines(), start=1):
            entry = json.loads(line)
            if entry["n"] != number:
                yield f"line {number} has the number {entry['n']}"
            if entry["previous"] != before:
                yield f"line {number} does not hold the hash of the line before"
            if entry["hash"] != _hash_of(line):
                yield f"line {number} does not hold its own hash"
            before = entry["hash"]

    def tear(self) -> None:
        """Leave half a line at the end, as a process that is killed while it writes."""
        lines = self.text.splitlines()
        self._path.write_text("\n".join([*lines, lines[-1][: len(lines[-1]) // 2]]))

    @well_formed(TRAIL)
    def tamper(self, field: str, value: object, how: Tampering) -> int:
        """Tamper with the change that set *field* to *value*; returns the number of its line."""
        lines = self.text.splitlines()
        found = [index for index, line in enumerate(lines) if at(json.loads(line).get("after"), field) == value]
        assert found, f"the audit trail has no change that set {field} to {value}"
        self._path.write_text("".join(f"{line}\n" for line in how(lines, found[0])))
        return found[0] + 1


def _another_author(lines: list[str], index: int) -> list[str]:
    return [*lines[:index], re.sub(r'("who":\s*)"\w+"', r'\1"eve"', lines[index]), *lines[index + 1 :]]


def _another_author_hashed(lines: list[str], index: int) -> list[str]:
    changed = _another_author(lines, index)
    found = _HASH.search(changed[index])
    assert found, "a line of the audit trail has no hash"
    changed[index] = changed[index].replace(found[1], _hash_of(changed[index]))
    return changed


TAMPERINGS: Mapping[str, Tampering] = {
    "gives Ben's change another author": _another_author,
    "gives Ben's change another author and a new hash": _another_author_hashed,
    "removes Ben's change": lambda lines, index: [*lines[:index], *lines[index + 1 :]],
    "repeats Ben's change": lambda lines, index: [*lines[: index + 1], *lines[index:]],
    "exchanges Ben's change and the one before": lambda lines, index: [
        *lines[: index - 1],
        lines[index],
        lines[index - 1],
        *lines[index + 1 :],
    ],
    "cuts off Ben's change and all that follows": lambda lines, index: lines[:index],
}


def _hash_of(line: str) -> str:
    return hashlib.sha256(_HASH.sub("", line).encode()).hexdigest()


def at(value: Any, field: str) -> Any:
    """What stands at the path *field* ("default.retry.attempts"); None if nothing does."""
    for name in field.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
