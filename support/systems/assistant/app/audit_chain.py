"""The lines of the audit trail: each holds the hash of the one before, so that a changed, missing or added line shows.

The chain has no key: somebody who writes all later lines anew, or cuts the end off while the service is stopped, is not found out.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

FIRST = "0" * 64
_LINE = re.compile(rb'(\{"n":(\d+),.*,"previous":"([0-9a-f]{64})"),"hash":"([0-9a-f]{64})"\}', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Link:
    """Where a chain ends: the number and the hash of its last line."""

    n: int = 0
    hash: str = FIRST


def make_line(after: Link, at: float, kind: str, who: str, facts: Mapping[str, object]) -> tuple[bytes, Link]:
    """The line that follows *after*, without a line break, and the new end of the chain."""
    n = after.n + 1
    content = {"n": n, "at": at, "kind": kind, "who": who, **facts, "previous": after.hash}
    text = msgspec.json.encode(content)
    digest = hashlib.sha256(text).hexdigest()
    return text[:-1] + b',"hash":"' + digest.encode() + b'"}', Link(n, digest)


def follow(line: bytes, after: Link) -> Link | None:
    """The end of the chain after *line*, or None if it does not follow *after* unchanged."""
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    content, n, previous, digest = found.groups()
    own = hashlib.sha256(content + b"}").hexdigest()
    follows = int(n) == after.n + 1 and previous.decode() == after.hash
    return Link(after.n + 1, own) if follows and digest.decode() == own else None


def end_of(line: bytes) -> Link:
    """The end that the last line of a trail claims. After an unreadable line a new chain begins, and the trail shows as broken."""
    found = _LINE.fullmatch(line)
    return Link(int(found.group(2)), found.group(4).decode()) if found else Link()
