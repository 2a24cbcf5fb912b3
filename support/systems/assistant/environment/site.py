"""What a backend hands over once the assistant is up: its parts, its links, and the addresses of both ends."""

import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from support.core.target import Target
from support.environments.parts import Link, Part
from support.fault_proxy.client import Toxiproxy

EVERY_SCENARIO = "*"
AI_KEY = "ai-key-7c20b9"  # ours at the stand-in; must never be seen in an answer, an alert or a log


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that an instance keeps its data in, as we see it; and its configuration file, for the instances that read one."""

    data: Path
    configuration: Path


def empty(folder: Path) -> None:
    """Remove everything in *folder*."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Site:
    """The assistant, running and ready.

    Every address is that of the part itself; only the entries of the links lead through the fault proxy.
    `proxy` is the client of the fault proxy; `renew_links` creates it and its links again, whatever state they are in.
    `renew_assistant` puts the assistant into the state after a restart. `another_assistant` runs one more instance with the same
    links and configuration file, and a data folder of its own, during its `with` block; the first of them is then in `parts` as
    `SECOND_ASSISTANT`. What it is given is added to that instance's environment.
    `lacking` says why something is not available here, by the name in the tag @needs.<name>; `EVERY_SCENARIO` stands for
    something that every scenario needs. A *shared* site has other users: only the assistant's own data may be changed, and only
    during the run; some addresses may be empty, and links and parts may be missing.
    """

    backend: str
    lacking: Mapping[str, str]
    parts: Mapping[Target, Part]
    links: Mapping[Target, Link]
    proxy: Toxiproxy
    ai_service_url: str
    inbox_url: str
    redis_url: str
    folder: Folder
    assistant_url: str
    renew_links: Callable[[], None]
    renew_assistant: Callable[[], None]
    another_assistant: Callable[[Mapping[str, str]], AbstractContextManager[Part]]
    shared: bool = False
