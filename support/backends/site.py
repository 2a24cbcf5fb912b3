"""What a backend hands over once the catalog system is up: its parts, its links, and the addresses of both ends."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from support.backends.memory import MemoryGroup
from support.faults.model import Target

PROVIDER_KEY = "esim-go-key-3f9a1c"  # ours at the stand-in; must never be seen in an answer, an alert or a log


class Part(Protocol):
    """A running piece of the system that can be ended, held and started again."""

    @property
    def name(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def pid(self) -> int: ...
    @property
    def alive(self) -> bool: ...
    @property
    def log(self) -> Path: ...
    def start(self, env: Mapping[str, str] | None = None) -> None: ...
    def kill(self) -> None: ...
    def stop(self) -> None: ...
    def freeze(self) -> None: ...
    def thaw(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Link:
    """The path from the catalog service to something it depends on. *entry* is the port at which the service knocks."""

    proxy: str
    entry: int


@dataclass(frozen=True, slots=True)
class Site:
    """The catalog system, up and ready.

    Every address leads past the fault proxy to the part itself; only the links' entries lead through it.
    `renew_links` makes the fault proxy and its links anew, whatever state they are in.
    `renew_catalog` gives the catalog service a fresh start, as if it had been restarted. `another_catalog` runs one more
    instance of it, over the same links and stores, for as long as its `with` block lasts; the first of them is meanwhile
    in `parts` as `Target.SECOND_CATALOG`. What it is given is added to that instance's environment.
    `memory` is the group of processes in which the catalog service runs, where its memory can be limited.
    `lacking` tells what cannot be had here, by the name in the tag @needs.<name>, and why.
    """

    backend: str
    lacking: Mapping[str, str]
    parts: Mapping[Target, Part]
    links: Mapping[Target, Link]
    proxy_url: str
    provider_url: str
    inbox_url: str
    redis_url: str
    database_url: str
    backup_file: Path
    catalog_url: str
    renew_links: Callable[[], None]
    renew_catalog: Callable[[], None]
    another_catalog: Callable[[Mapping[str, str]], AbstractContextManager[Part]]
    memory: MemoryGroup | None = None
