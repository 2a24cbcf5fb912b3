"""What a backend provides once the catalog system is running: its parts, its links, and the addresses of both."""

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
PROVIDER_KEY = "esim-go-key-3f9a1c"  # of the stand-in; it must not appear in any response, alert or log


class Part(Protocol):
    """A running part of the system that can be killed, frozen and restarted.

    `start` adds to its environment for this start only; until the next start it is `changed`. `reload` sends SIGHUP.
    `settle_log` returns once `log` contains what the part has written so far.
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
    """The path from the catalog service to a dependency. The service connects to *entry*."""

    proxy: str
    entry: Address


class ScarceMemory(Protocol):
    """The memory of the catalog service, which can be limited to *headroom* bytes more than it uses now.

    `killed` counts the processes that the kernel has killed there for lack of memory. `memory_hog` starts a process there that
    allocates *size* bytes.
    """

    @property
    def killed(self) -> int: ...
    def limit(self, headroom: int) -> None: ...
    def remove_limit(self) -> None: ...
    def memory_hog(self, size: int) -> "subprocess.Popen[bytes]": ...


@dataclass(frozen=True, slots=True)
class Site:
    """The catalog system, running and ready.

    Every address is that of the part itself; only the entries of the links lead through the fault proxy.
    `proxy` is the client of the fault proxy; `renew_links` creates it and its links again, whatever state they are in.
    `renew_catalog` puts the catalog service into the state after a restart. `another_catalog` runs one more instance of it
    with the same links and stores during its `with` block; the first of them is then
    in `parts` as `Target.SECOND_CATALOG`. What it is given is added to that instance's environment.
    `memory` is the memory of the catalog service, if it can be limited.
    `lacking` says why something is not available here, by the name in the tag @needs.<name>; `EVERY_SCENARIO` stands for
    something that every scenario needs. A *shared* site has other users: only the catalog's own data may be changed, and only
    during the run; some addresses may be empty, and links and parts may be missing.
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
