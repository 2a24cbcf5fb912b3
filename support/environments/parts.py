"""What a backend hands over once the catalog system is up: its parts, its links, and the addresses of both ends."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from support.core.addresses import Address
from support.fault_proxy.client import Toxiproxy
from support.faults.model import Target

if TYPE_CHECKING:
    import subprocess

EVERY_SCENARIO = "*"
PROVIDER_KEY = "esim-go-key-3f9a1c"  # ours at the stand-in; must never be seen in an answer, an alert or a log


class Part(Protocol):
    """A running piece of the system that can be ended, held and started again.

    `start` adds to its environment for this start alone; until the next one it is `changed`. `reload` is SIGHUP.
    `settle_log` returns once `log` holds what the part has written so far.
    """

    @property
    def name(self) -> str: ...
    @property
    def address(self) -> Address: ...
    @property
    def pid(self) -> int: ...
    @property
    def alive(self) -> bool: ...
    @property
    def changed(self) -> bool: ...
    @property
    def log(self) -> Path: ...
    def settle_log(self) -> None: ...
    def start(self, env: Mapping[str, str] | None = None) -> None: ...
    def kill(self) -> None: ...
    def stop(self) -> None: ...
    def freeze(self) -> None: ...
    def thaw(self) -> None: ...
    def reload(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Link:
    """The path from the catalog service to something it depends on. *entry* is where the service knocks."""

    proxy: str
    entry: Address


class ScarceMemory(Protocol):
    """The memory in which the catalog service runs: bytes *more* than what is used now, or no limit.

    `killed` counts whom the kernel has ended there for want of it. An *eater* is a neighbour there that takes so many bytes.
    """

    @property
    def killed(self) -> int: ...
    def limit(self, headroom: int) -> None: ...
    def remove_limit(self) -> None: ...
    def memory_hog(self, size: int) -> "subprocess.Popen[bytes]": ...


@dataclass(frozen=True, slots=True)
class Site:
    """The catalog system, up and ready.

    Every address leads past the fault proxy to the part itself; only the links' entries lead through it.
    `proxy` speaks to the fault proxy; `renew_links` makes it and its links anew, whatever state they are in.
    `renew_catalog` gives the catalog service a fresh start, as if it had been restarted. `another_catalog` runs one more
    instance of it, over the same links and stores, for as long as its `with` block lasts; the first of them is meanwhile
    in `parts` as `Target.SECOND_CATALOG`. What it is given is added to that instance's environment.
    `memory` is that of the catalog service, where it can be made scarce.
    `lacking` tells what cannot be had here, by the name in the tag @needs.<name>, and why; under `EVERY_SCENARIO` it is what none
    can do without. A site that is *shared* is not ours alone: only the catalog's own data may be touched, and only while it is
    judged; of its addresses some may be empty, and links and parts may be absent.
    """

    backend: str
    lacking: Mapping[str, str]
    parts: Mapping[Target, Part]
    links: Mapping[Target, Link]
    proxy: Toxiproxy
    provider_url: str
    inbox_url: str
    redis_url: str
    database_url: str
    backup_file: Path
    catalog_url: str
    renew_links: Callable[[], None]
    renew_catalog: Callable[[], None]
    another_catalog: Callable[[Mapping[str, str]], AbstractContextManager[Part]]
    memory: ScarceMemory | None = None
    shared: bool = False
