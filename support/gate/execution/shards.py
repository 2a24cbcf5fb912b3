"""Past one machine: each judges a part of the feature files, and `merge` makes one run of the parts.

All shards come to the same split without talking to each other, since it depends only on what is selected, and on the
recorded times if they are given the same ones. Each writes the whole split down, so that a merge can see that they agree.
"""

import itertools
import shutil
import subprocess
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.core.errors import UsageError
from support.core.journal import DamagedJournalError, Event, Journal, read_journal
from support.gate.execution.results import Claim
from support.gate.execution.run_options import How, Shard
from support.gate.execution.work_order import split
from support.gate.history.times import read_times
from support.gate.selection.scenarios import Selected

SAME = {
    "commit": "the same state of the repository",
    "seed": "the same seed",
    "of": "the same number of shards",
    "split": "the same split (the same features, tags and times)",
}
EVIDENCE = ("allure-results", "junit", "logs")


def commit() -> str:
    """Which state of the repository is judged; empty where git does not know."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def common_seed() -> int:
    """A seed to which all shards of a state of the repository come."""
    return zlib.crc32(commit().encode()) & 0x7FFFFFFF or 1


def own_part(whole: Sequence[Selected], how: How) -> tuple[list[Selected], dict[str, Any]]:
    """The scenarios that are ours, and what the journal has to tell of the split. All and nothing, if there is none."""
    if how.shard is None:
        return list(whole), {}
    parts = split(whole, read_times(how.times) if how.times else {}, how.shard.of)
    ours = set(parts[how.shard.number - 1])
    if not ours:
        files = sum(map(len, parts))
        raise UsageError(f"{how.shard} has nothing to do: only {files} feature files are selected; use fewer shards")
    told = {"number": how.shard.number, "of": how.shard.of, "commit": commit(), "split": parts}
    return [one for one in whole if one.file in ours], {
        "part": told,
        "whole": [one.as_event() for one in whole],
    }


@dataclass(frozen=True, slots=True)
class Part:
    """What one shard has left in *folder*; *started* is its first word, *events* are all others."""

    folder: Path
    started: Event
    events: list[Event]
    damaged: tuple[str, ...]

    @property
    def shard(self) -> Shard:
        return Shard(self.started["part"]["number"], self.started["part"]["of"])

    def told(self, name: str) -> Any:
        return self.started.get(name, self.started["part"].get(name))


def read_parts(folders: Sequence[Path]) -> list[Part]:
    """In the order of their numbers. Raises `UsageError` if they are not shards of one run."""
    parts = sorted(map(_read, folders), key=lambda part: part.shard.number)
    for one, other in itertools.pairwise(parts):
        for name, same in SAME.items():
            if one.told(name) != other.told(name):
                raise UsageError(f"{one.folder} and {other.folder} do not belong together: they have not {same}")
        if one.shard == other.shard:
            raise UsageError(f"{one.folder} and {other.folder} are both {one.shard}; leave one of them out")
    return parts


def _read(folder: Path) -> Part:
    path, damaged = folder / "journal.jsonl", ""
    try:
        events = read_journal(path)
    except DamagedJournalError as trouble:
        events, damaged = trouble.events, str(trouble)
    except OSError as trouble:
        raise UsageError(f"{path} cannot be read ({trouble.strerror})") from None
    if not events or events[0]["event"] != "run-started":
        raise UsageError(f"{folder} holds no run; name the results of ./accept --shard")
    if "part" not in events[0]:
        raise UsageError(f"{folder} holds a whole run, not a shard of one; there is nothing to merge")
    return Part(folder, events[0], events[1:], (damaged,) if damaged else ())


def join(parts: Sequence[Part], claim: Claim) -> None:
    """Make one run of *parts* in the folder of *claim*: one journal, one folder of results."""
    first = parts[0].started
    journal = Journal(claim.folder / "journal.jsonl", claim.run)
    everything = [{**event, "shard": part.shard.number} for part in parts for event in (part.started, *part.events)]
    everything.sort(key=lambda event: event["at"])
    workers = sum(part.started["workers"] for part in parts)
    at_first = {name: everything[0][name] for name in ("at", "steady", "shard")}
    journal.write("run-started", **at_first, seed=first["seed"], selected=first["whole"], workers=workers)
    present = {part.shard.number for part in parts}
    for number, files in enumerate(first["part"]["split"], start=1):
        if files and number not in present:
            journal.write("part-missing", **at_first, part=str(Shard(number, first["part"]["of"])), files=files)
    for event in everything:
        journal.write(**event)
    journal.close()
    for part, name in _folders(parts):
        shutil.copytree(part.folder / name, claim.folder / name, dirs_exist_ok=True)


def _folders(parts: Sequence[Part]) -> Iterator[tuple[Part, str]]:
    return ((part, name) for part in parts for name in EVIDENCE if (part.folder / name).is_dir())
