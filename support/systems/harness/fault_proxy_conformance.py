"""The suite's own fault proxy and Toxiproxy, each on a path of its own to the same part, for comparison."""

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


class BothFaultProxies:
    """Runs both servers from `inject` until the `with` block ends; they lead to one part."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._held = ExitStack()
        self._entries: dict[str, Address] = {}
        self._injectors: list[LinkInjector] = []
        self._injected: list[tuple[Target, Fault]] = []

    @property
    def entries(self) -> Mapping[str, Address]:
        """The addresses that lead to the part through each fault proxy, by the name of the proxy."""
        return self._entries

    def inject(self, target: Target, fault: Fault) -> None:
        """Start both servers in front of *target*, and inject *fault* into both links."""
        self._start(target)
        for injector in self._injectors:
            injector.inject(target, fault)
        self._injected.append((target, fault))

    def recover(self) -> None:
        while self._injected:
            target, fault = self._injected.pop()
            for injector in self._injectors:
                injector.recover(target, fault)

    def _start(self, target: Target) -> None:
        run = RunDirectory()
        self._held.callback(run.remove)
        for name, command in (
            ("the suite's fault proxy", [sys.executable, "-m", "support.fault_proxy.server"]),
            ("Toxiproxy", [str(toxiproxy.programs() / "toxiproxy")]),
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

    def _port(self) -> int:
        return self._held.enter_context(ReservedPort(what="a fault proxy")).number

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._held.close()
