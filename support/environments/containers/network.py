"""The network of clusters in containers: a network of the engine, with a host container per member.

Paths are cut on the host itself (`support.fault_proxy.sidecar.paths`), so that nothing is changed outside the containers. The suite
connects as the applications do, from the gateway of the network.
"""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import requests
from testcontainers.core.network import Network

from support.core.addresses import Address, url
from support.core.errors import UsageError
from support.environments.containers.engine_errors import explained_engine_errors
from support.environments.containers.host import ENGINE_TIMEOUT_S, HostContainer
from support.environments.containers.reachability import demand_reach, demand_shared_folder, demand_sidecar, gateway
from support.environments.network import APPLICATION, Host, Way
from support.fault_proxy.sidecar.client import request_json
from support.probes.pings import Ping
from support.probes.reading import Reading, Symptom
from support.probes.tcp import knock

PORT = 8475


class ContainedNetwork:
    """*folder* is mounted in every host container at the same path."""

    lacking = ""

    def __init__(self, network: Network, image: str, labels: dict[str, str], folder: Path) -> None:
        self._network = network
        self._image = image
        self._labels = labels
        self._folder = folder
        self._containers: dict[str, HostContainer] = {}
        self._severed: set[Way] = set()
        self._session = requests.Session()

    def host(self, name: str) -> Host:
        if name == APPLICATION:
            return Host(name, gateway(self._network))
        container = HostContainer(
            name.replace(" ", "-").lower(),
            self._image,
            self._network,
            self._labels,
            program=["support.fault_proxy.sidecar.paths", "--host=0.0.0.0", f"--port={PORT}"],
            rights={"user": "0", "cap_add": ["NET_ADMIN"]},
            folder=self._folder,
        )
        container.start()
        demand_sidecar(container, PORT, "/cut")
        if not self._containers:
            demand_shared_folder(self._folder, container, self._folder)
        self._containers[container.address] = container
        return Host(name, container.address)

    def host_container(self, host: Host) -> HostContainer:
        return self._containers[host.address]

    def cut(self, ways: Iterable[Way]) -> None:
        self._severed |= set(ways)
        self._send("PUT", ways)

    def restore(self, ways: Iterable[Way]) -> None:
        self._send("DELETE", ways)
        self._severed -= set(ways)

    def restore_all(self) -> None:
        self.restore(list(self._severed))

    def dropped(self, ways: Iterable[Way]) -> int:
        packets = 0
        for address, sides in _by_end(ways).items():
            answer = self._call("GET", address, "/cut")
            packets += sum(answer[side].get(other, 0) for side, others in sides.items() for other in others)
        return packets

    def limit_bandwidth(self, host: Host, kbit: int) -> None:
        raise UsageError(
            f"the bandwidth of {host.name} cannot be limited to {kbit} kbit/s in containers; set backend=embedded"
        )

    def probe(self, host: Host, at: Address, ping: Ping, patience_s: float) -> Reading:
        if host.address not in self._containers:
            return knock(at, ping, patience_s)
        request = {
            "at": at,
            "ask": ping.ask.decode("latin-1"),
            "answer": ping.answer.decode("latin-1"),
            "anywhere": ping.anywhere,
            "patience_s": patience_s,
        }
        answer = self._call("POST", host.address, "/look", request)
        return Reading(**answer | {"symptom": Symptom[answer["symptom"]]})

    def inside(self, _host: Host) -> AbstractContextManager[None]:
        """This process is always where the applications are."""
        return nullcontext()

    def _send(self, method: str, ways: Iterable[Way]) -> None:
        for address, sides in _by_end(ways).items():
            self._call(method, address, "/cut", sides)

    def _call(self, method: str, address: str, path: str, body: object = None) -> Any:
        return request_json(self._session, f"the host {address}", method, url("http", (address, PORT)) + path, body)


def created(labels: dict[str, str]) -> Network:
    """A new network of the engine that can be reached from here."""
    network = Network(docker_client_kw={"timeout": ENGINE_TIMEOUT_S}, docker_network_kw={"labels": labels})
    with explained_engine_errors("the clusters' network"):
        network.create()
        network._unwrap_network.reload()  # noqa: SLF001  the library has no public accessor
    demand_reach(network)
    return network


def _by_end(ways: Iterable[Way]) -> dict[str, dict[str, list[str]]]:
    """The addresses to cut per host: on the receiving host, or, if the receiver is the application, on the sending one."""
    ends: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"from": [], "to": []})
    for one, other in ways:
        if other.name == APPLICATION:
            ends[one.address]["to"].append(other.address)
        else:
            ends[other.address]["from"].append(one.address)
    return ends
