"""Options of a run that are the gate's own: how many processes, which shard, how often. All others are behave's."""

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from support.core.errors import UsageError
from support.core.settings import Settings, read_settings
from support.environments.container_engine import demand_engine
from support.gate.execution.behave_process import has_own_formatter
from support.gate.selection.systems import settings_of
from support.systems.protocol import System

MOST_WORKERS = 16
EXTRA_WORKERS = 1  # each waits more than it computes; with more of them, what is judged would wait for its turn
DEFAULT_WORKERS = 4  # at most: each has a system of its own, which takes memory
MOST_SHARDS = 1000
MOST_REPEATS = 1000


@dataclass(frozen=True, slots=True)
class Shard:
    """The part of a run that one of several machines judges, as in --shard 2/4."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"shard {self.number} of {self.of}"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """*workers* is 0 for a number that suits this machine; *times* is the file by which the run is split into shards."""

    workers: int = 0
    shard: Shard | None = None
    times: Path | None = None
    repeat: int = 1


def parse_run_options(words: Sequence[str]) -> tuple[RunOptions, list[str]]:
    """The gate's own options in *words*, and the rest. Raises `UsageError` with one sentence for invalid ones."""
    parser = _Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("--workers", type=_number("--workers", "processes", MOST_WORKERS), default=0)
    parser.add_argument("--shard", type=_shard)
    parser.add_argument("--times", type=Path)
    parser.add_argument("--repeat", type=_number("--repeat", "times", MOST_REPEATS), default=1)
    known, rest = parser.parse_known_args(list(words))
    options = RunOptions(**vars(known))
    if options.shard and options.repeat > 1:
        raise UsageError(
            "--shard and --repeat do not go together; repeat only the features of the shard that is in doubt"
        )
    if options.times and not options.shard:
        raise UsageError("--times says how to split a run into shards; give it together with --shard")
    return options, rest


def parse_merge_options(words: Sequence[str], systems: Sequence[System]) -> tuple[list[Path], Settings]:
    """The folders to merge, and the settings. Raises `UsageError` with one sentence for invalid ones."""
    parser = _Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("-D", "--define", action="append", default=[])
    parser.add_argument("folders", nargs="*", type=Path)
    known = parser.parse_args(list(words))
    settings = read_settings(dict(define.partition("=")[::2] for define in known.define), settings_of(systems))
    if not known.folders:
        raise UsageError("there is nothing to merge; name the results of all shards: ./accept merge FOLDER FOLDER ...")
    if settings.results.resolve() in {folder.resolve() for folder in known.folders}:
        raise UsageError(f"{settings.results} is one of the shards; write elsewhere: -D results=<another folder>")
    return known.folders, settings


def worker_count(options: RunOptions, settings: Settings, behave_options: Sequence[str], files: int) -> int:
    """The number of processes to start for *files* feature files. Raises `UsageError` if more were requested than can run."""
    only_one = _only_one(settings, behave_options)
    if only_one and options.workers > 1:
        raise UsageError(f"{only_one}, so that there can be only one worker; leave it out, or say --workers 1")
    wanted = options.workers or _default_workers(settings)
    return 1 if only_one else max(1, min(wanted, files))


def _default_workers(settings: Settings) -> int:
    """In containers none is extra, as the engine computes as well."""
    extra = 0 if _in_containers(settings) else EXTRA_WORKERS
    return min(len(os.sched_getaffinity(0)) + extra, DEFAULT_WORKERS)


def _in_containers(settings: Settings) -> bool:
    """Whether the run may be in containers: it is not known before each system has chosen."""
    if settings.backend:
        return settings.backend == "containers"
    try:
        demand_engine()
    except UsageError:
        return False
    return True


def _only_one(settings: Settings, behave_options: Sequence[str]) -> str:
    """Why there can be only one worker; empty if there can be more."""
    for own in settings.systems:
        if own.only_one:
            return own.only_one
    return "the option -f chooses a formatter of behave" if has_own_formatter(behave_options) else ""


def _number(option: str, unit: str, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise UsageError(f"{option} is {text!r}; say a number of {unit} from 1 to {most}")
        return int(text)

    return read


def _shard(text: str) -> Shard:
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of) <= MOST_SHARDS):
        raise UsageError(f"--shard is {text!r}; say which shard of how many, such as --shard 2/4")
    return Shard(int(number), int(of))


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see ./accept --help")
