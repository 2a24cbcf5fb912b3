"""What a backend hands over once the catalog is up: its parts, its links, and the addresses of both ends."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from support.core.target import Target
from support.environments.parts import Link, Part, ScarceMemory
from support.fault_proxy.client import Toxiproxy

EVERY_SCENARIO = "*"
PROVIDER_KEY = "esim-go-key-3f9a1c"  # ours at the stand-in; must never be seen in an answer, an alert or a log


@dataclass(frozen=True, slots=True)
class Site:
    """The catalog system, running and ready.

    Every address is that of the part itself; only the entries of the links lead through the fault proxy.
    `proxy` is the client of the fault proxy; `renew_links` creates it and its links again, whatever state they are in.
    `renew_catalog` puts the catalog service into the state after a restart. `another_catalog` runs one more instance of it
    with the same links and stores during its `with` block; the first of them is then
    in `parts` as `SECOND_CATALOG`. What it is given is added to that instance's environment.
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
