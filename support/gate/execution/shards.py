"""Splits a run over several machines: each judges a shard of the feature files, and `merge` makes one run of the shards.

All shards compute the same split without communication: it depends only on the selection, and on the recorded times if all
are given the same file. Each records the whole split, so that a merge can check that they agree.
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
from support.gate.execution.run_options import RunOptions, Shard
from support.gate.execution.work_order import split_into_shards
from support.gate.history.times import read_times
from support.gate.selection.scenarios import Selected
from support.gate.verdict.clock import in_order

MUST_MATCH = {
    "commit": "the same state of the repository",
    "seed": "the same seed",
    "of": "the same number of shards",
    "split": "the same split (the same features, tags and times)",
}
EVIDENCE = ("allure-results", "junit", "logs")


def commit() -> str:
    """The state of the repository; empty where git cannot tell."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def common_seed() -> int:
    """The seed of all shards of one state of the repository."""
    return zlib.crc32(commit().encode()) & 0x7FFFFFFF or 1


def select_shard(whole: Sequence[Selected], options: RunOptions) -> tuple[list[Selected], dict[str, Any]]:
    """The scenarios of this shard, and the fields that describe the split in the journal; all and none without --shard."""
    if options.shard is None:
        return list(whole), {}
    shards = split_into_shards(whole, read_times(options.times) if options.times else {}, options.shard.of)
    own_files = set(shards[options.shard.number - 1])
    if not own_files:
        files = sum(map(len, shards))
        raise UsageError(
            f"{options.shard} has nothing to do: only {files} feature files are selected; use fewer shards"
        )
    part = {"number": options.shard.number, "of": options.shard.of, "commit": commit(), "split": shards}
    return [one for one in whole if one.file in own_files], {
        "part": part,
        "whole": [one.as_event() for one in whole],
    }


@dataclass(frozen=True, slots=True)
class ShardResults:
    """The results of one shard in *folder*; *started* is the first event of its journal, *events* are all others."""

    folder: Path
    started: Event
    events: list[Event]
    damaged: tuple[str, ...]

    @property
    def shard(self) -> Shard:
        return Shard(self.started["part"]["number"], self.started["part"]["of"])

    def field(self, name: str) -> Any:
        return self.started.get(name, self.started["part"].get(name))


def read_shards(folders: Sequence[Path]) -> list[ShardResults]:
    """In the order of their numbers. Raises `UsageError` if they are not shards of one run."""
    shards = sorted(map(_read, folders), key=lambda one: one.shard.number)
    for one, other in itertools.pairwise(shards):
        for name, same in MUST_MATCH.items():
            if one.field(name) != other.field(name):
                raise UsageError(f"{one.folder} and {other.folder} do not belong together: they do not have {same}")
        if one.shard == other.shard:
            raise UsageError(f"{one.folder} and {other.folder} are both {one.shard}; leave one of them out")
    return shards


def _read(folder: Path) -> ShardResults:
    path, damaged = folder / "journal.jsonl", ""
    try:
        events = read_journal(path)
    except DamagedJournalError as error:
        events, damaged = error.events, str(error)
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror})") from None
    if not events or events[0]["event"] != "run-started":
        raise UsageError(f"{folder} holds no run; name the results of ./accept --shard")
    if "part" not in events[0]:
        raise UsageError(f"{folder} holds a whole run, not a shard of one; there is nothing to merge")
    return ShardResults(folder, events[0], events[1:], (damaged,) if damaged else ())


def merge_shards(shards: Sequence[ShardResults], claim: Claim) -> None:
    """Merge *shards* into one run in the folder of *claim*: one journal, one folder of results."""
    first = shards[0].started
    journal = Journal(claim.folder / "journal.jsonl", claim.run)
    parts = [[{**event, "shard": one.shard.number} for event in (one.started, *one.events)] for one in shards]
    everything = in_order(parts)
    workers = sum(one.started["workers"] for one in shards)
    at_first = {name: everything[0][name] for name in ("at", "steady", "shard")}
    journal.write("run-started", **at_first, seed=first["seed"], selected=first["whole"], workers=workers)
    present = {one.shard.number for one in shards}
    for number, files in enumerate(first["part"]["split"], start=1):
        if files and number not in present:
            journal.write("part-missing", **at_first, part=str(Shard(number, first["part"]["of"])), files=files)
    for event in everything:
        journal.write(**event)
    journal.close()
    for one, name in _folders(shards):
        shutil.copytree(one.folder / name, claim.folder / name, dirs_exist_ok=True)


def _folders(shards: Sequence[ShardResults]) -> Iterator[tuple[ShardResults, str]]:
    return ((one, name) for one in shards for name in EVIDENCE if (one.folder / name).is_dir())
