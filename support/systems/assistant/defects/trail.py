"""Mistakes with the file of the audit trail: what is not kept, and what goes unnoticed."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from support.systems.assistant.app import audit, audit_chain
from support.systems.assistant.app.audit import Audit, Trail
from support.systems.assistant.app.audit_chain import Link
from support.systems.patched_variants import Patch, breaks


@breaks("RES-MIGR-4")
def starts_a_new_trail_each_time(patch: Patch) -> None:
    """The trail begins anew with each start of the service."""
    sound = Audit.__init__

    def init(self: Audit, folder: Path) -> None:
        (folder / audit.FILE).unlink(missing_ok=True)
        sound(self, folder)

    patch(Audit, "__init__", init)


@breaks("RES-MIGR-4")
def continues_after_half_a_line(patch: Patch) -> None:
    """A line that was torn by the end of the process stays, and the next one is written behind it."""
    sound = audit._last_line
    patch(audit, "_last_line", lambda path: (sound(path)[0], 0))


@breaks("RES-MIGR-4")
def repairs_without_a_word(patch: Patch) -> None:
    """A torn line is dropped, and nobody learns of it."""
    sound = Audit.record

    def record(self: Audit, kind: str, who: str, **facts: object) -> None:
        if kind != "repaired":
            sound(self, kind, who, **facts)

    patch(Audit, "record", record)


@breaks("RES-MIGR-4")
def trusts_every_line(patch: Patch) -> None:
    """The trail is always called intact."""
    sound = Audit.read

    async def read(self: Audit, *arguments: Any) -> Trail:
        return replace(await sound(self, *arguments), intact=True, broken_at=None)

    patch(Audit, "read", read)


@breaks("RES-MIGR-4")
def looks_at_each_line_alone(patch: Patch) -> None:
    """Each line has to hold its own hash; whether lines are missing, repeated or exchanged is not looked at."""
    sound = audit_chain.follow

    def follow(line: bytes, after: Link) -> Link | None:
        found = audit_chain._LINE.fullmatch(line)
        if found is None:
            return None
        return sound(line, Link(int(found[2]) - 1, found[3].decode())) and after

    patch(audit, "follow", follow)


@breaks("RES-MIGR-4")
def looks_at_the_links_alone(patch: Patch) -> None:
    """Lines have to name each other's hashes; whether these are the hashes of the lines is not looked at."""

    def follow(line: bytes, after: Link) -> Link | None:
        found = audit_chain._LINE.fullmatch(line)
        if found is None or found[3].decode() != after.hash or int(found[2]) != after.n + 1:
            return None
        return Link(after.n + 1, found[4].decode())

    patch(audit, "follow", follow)


@breaks("RES-MIGR-4")
def does_not_miss_the_end(patch: Patch) -> None:
    """A trail whose end was cut off while the service runs is called intact."""
    sound = Audit._read

    def read(self: Audit, kind: str, request_id: str, limit: int, _last: Link, size: int) -> Trail:
        end = audit._last_line(self._path)[0]
        return sound(self, kind, request_id, limit, end, size)

    patch(Audit, "_read", read)


@breaks("RES-MIGR-4")
def hashes_with_a_salt(patch: Patch) -> None:
    """Only the service itself can tell whether its trail is intact."""

    class Salted:
        @staticmethod
        def sha256(text: bytes) -> Any:
            return hashlib.sha256(b"salt" + text)

    patch(audit_chain, "hashlib", Salted)
