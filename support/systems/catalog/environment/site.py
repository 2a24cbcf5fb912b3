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
    """The catalog system, up and ready.

    Every address leads past the fault proxy to the part itself; only the links' entries lead through it.
    `proxy` speaks to the fault proxy; `renew_links` makes it and its links anew, whatever state they are in.
    `renew_catalog` gives the catalog service a fresh start, as if it had been restarted. `another_catalog` runs one more
    instance of it, over the same links and stores, for as long as its `with` block lasts; the first of them is meanwhile
    in `parts` as `SECOND_CATALOG`. What it is given is added to that instance's environment.
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
