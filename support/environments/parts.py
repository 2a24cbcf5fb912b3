"""The pieces of a running system that can be broken: its parts, the links between them, and the memory of a part."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from support.core.addresses import Address
from support.core.target import Target

if TYPE_CHECKING:
    import subprocess


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
    def exit_status(self) -> int | None: ...
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
    """The path from a service to something that it depends on, through the fault proxy. *entry* is where the service connects."""

    proxy: str
    entry: Address


class ScarceMemory(Protocol):
    """The memory in which a service runs: bytes *more* than what is used now, or no limit.

    `killed` counts the processes that the kernel has killed there for lack of memory. `memory_hog` starts a process there that
    allocates *size* bytes.
    """

    @property
    def killed(self) -> int: ...
    def limit(self, headroom: int) -> None: ...
    def remove_limit(self) -> None: ...
    def memory_hog(self, size: int) -> "subprocess.Popen[bytes]": ...


class Parts:
    """The parts of a system by target, as they are now: instances that a scenario starts come and go."""

    def __init__(self, parts: Mapping[Target, Part]) -> None:
        self._parts = parts

    def __getitem__(self, target: Target) -> Part:
        return self._parts[target]
