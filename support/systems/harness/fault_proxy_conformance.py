"""Our own fault proxy and Toxiproxy's server, each with a way of its own to the same part, so that they can be compared."""

import sys
from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from support.core.addresses import LOOPBACK, Address, joined
from support.core.target import Target
from support.environments.images import toxiproxy
from support.environments.parts import Link
from support.environments.ports import ReservedPort
from support.environments.processes import ChildProcess
from support.environments.run_directory import RunDirectory
from support.fault_proxy.client import Toxiproxy
from support.faults.injectors.link import LinkInjector
from support.faults.model import Fault
from support.probes.pings import http_get
from support.systems.catalog.environment.site import Site

OURS, THEIRS = "our fault proxy", "Toxiproxy"


class Conformance:
    """Both servers run from the first `lead_to` on until the `with` block ends. Whoever calls `entries` passes them."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._held = ExitStack()
        self._entries: dict[str, Address] = {}
        self._injectors: list[LinkInjector] = []
        self._broken: list[tuple[Target, Fault]] = []

    def lead_to(self, target: Target) -> None:
        run = RunDirectory()
        self._held.callback(run.remove)
        for name, command in (
            (OURS, [sys.executable, "-m", "support.fault_proxy.server"]),
            (THEIRS, [str(toxiproxy.programs() / "toxiproxy")]),
        ):
            control, entry = self._port(), (LOOPBACK, self._port())
            command += ["--host", LOOPBACK, "--port", str(control)]
            server = ChildProcess(name, command, port=control, ping=http_get("/version"), run=run, logs=run.path)
            self._held.callback(server.kill)
            server.start()
            link = Link(f"to the {target}", entry)
            api = Toxiproxy(f"http://{LOOPBACK}:{control}")
            self._held.callback(api.close)
            api.create(link.proxy, joined(entry), joined(self._site.parts[target].address))
            self._entries[name] = entry
            self._injectors.append(LinkInjector({target: link}, api))

    @property
    def entries(self) -> Mapping[str, Address]:
        """Where each way begins, by the name of its proxy."""
        return self._entries

    def strike(self, target: Target, fault: Fault) -> None:
        for injector in self._injectors:
            injector.inject(target, fault)
        self._broken.append((target, fault))

    def mend(self) -> None:
        while self._broken:
            broken = self._broken.pop()
            for injector in self._injectors:
                injector.recover(*broken)

    def _port(self) -> int:
        return self._held.enter_context(ReservedPort(what="a fault proxy")).number

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._held.close()
