"""The network between cluster members and applications: a host for each, and paths that can be cut."""

import json
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Protocol

from support.core.addresses import Address
from support.core.errors import BrokenHarnessError, UsageError
from support.environments.namespaces import Namespace
from support.environments.programs import find_program
from support.probes.pings import Ping
from support.probes.reading import Reading
from support.probes.tcp import knock

SWITCH = """
table bridge holdfast {
    set cut { type ipv4_addr . ipv4_addr; counter; }
    chain forward { type filter hook forward priority 0; ip saddr . ip daddr @cut drop; }
}
"""

APPLICATION = "application"  # the host of those who use the members; the suite takes part from it


@dataclass(frozen=True, slots=True)
class Host:
    """Where one member, or the applications, run. *within* is the command prefix that runs a command there."""

    name: str
    address: str
    within: tuple[str, ...] = ()


Way = tuple[Host, Host]  # from, to: one direction


class Network(Protocol):
    """`lacking` says why paths cannot be cut or limited here; empty if they can.

    `dropped` counts the packets dropped on *ways* so far. `probe` probes an address from *host*. `inside` a host, sockets of this
    thread, and of threads that it starts, belong to that host.
    """

    @property
    def lacking(self) -> str: ...
    def host(self, name: str) -> Host: ...
    def cut(self, ways: Iterable[Way]) -> None: ...
    def restore(self, ways: Iterable[Way]) -> None: ...
    def restore_all(self) -> None: ...
    def dropped(self, ways: Iterable[Way]) -> int: ...
    def limit_bandwidth(self, host: Host, kbit: int) -> None: ...
    def probe(self, host: Host, at: Address, ping: Ping, patience_s: float) -> Reading: ...
    def inside(self, host: Host) -> AbstractContextManager[None]: ...


class LoopbackNetwork:
    """Every host is a separate loopback address, in a randomly chosen range. Paths cannot be cut."""

    def __init__(self, lacking: str) -> None:
        self.lacking = lacking
        self._addresses = IPv4Network((f"127.{1 + secrets.randbelow(250)}.{secrets.randbelow(256)}.0", 24)).hosts()

    def host(self, name: str) -> Host:
        return Host(name, str(next(self._addresses)))

    def cut(self, ways: Iterable[Way]) -> None:
        raise BrokenHarnessError(f"{', '.join(f'{a.name} to {b.name}' for a, b in ways)} cannot be cut: {self.lacking}")

    def restore(self, ways: Iterable[Way]) -> None: ...
    def restore_all(self) -> None: ...

    def dropped(self, _ways: Iterable[Way]) -> int:
        return 0

    def limit_bandwidth(self, host: Host, kbit: int) -> None:
        raise BrokenHarnessError(f"the bandwidth of {host.name} cannot be limited to {kbit} kbit/s: {self.lacking}")

    def probe(self, _host: Host, at: Address, ping: Ping, patience_s: float) -> Reading:
        return knock(at, ping, patience_s)

    def inside(self, _host: Host) -> AbstractContextManager[None]:
        return nullcontext()


class SwitchedNetwork:
    """Every host is a namespace, connected to a bridge in another namespace, which drops the packets of cut paths."""

    lacking = ""

    def __init__(self) -> None:
        self._addresses = IPv4Network("10.99.7.0/24").hosts()
        self._namespaces: dict[str, Namespace] = {}
        self._switch = Namespace()
        self._switch.run(find_program("ip"), "-batch", "-", stdin="link add br0 type bridge\nlink set br0 up\n")
        self._nft("-f", "-", stdin=SWITCH)

    def host(self, name: str) -> Host:
        namespace = self._namespaces[name] = Namespace()
        address, number = str(next(self._addresses)), len(self._namespaces)
        cable = f"link add p{number} type veth peer name eth0 netns {namespace.path}\n"
        ip = find_program("ip")
        self._switch.run(ip, "-batch", "-", stdin=f"{cable}link set p{number} master br0\nlink set p{number} up\n")
        own = f"link set lo up\naddr add {address}/24 dev eth0\nlink set eth0 up\n"
        namespace.run(ip, "-batch", "-", stdin=own)
        return Host(name, address, namespace.within)

    def cut(self, ways: Iterable[Way]) -> None:
        self._nft("add", "element", "bridge", "holdfast", "cut", _elements(ways))

    def restore(self, ways: Iterable[Way]) -> None:
        self._nft("delete", "element", "bridge", "holdfast", "cut", _elements(ways))

    def restore_all(self) -> None:
        self._nft("flush", "set", "bridge", "holdfast", "cut")

    def dropped(self, ways: Iterable[Way]) -> int:
        wanted = {(a.address, b.address) for a, b in ways}
        listed = json.loads(self._nft("-j", "list", "set", "bridge", "holdfast", "cut"))["nftables"]
        elements = next(one["set"] for one in listed if "set" in one).get("elem", [])
        return sum(
            one["elem"]["counter"]["packets"] for one in elements if tuple(one["elem"]["val"]["concat"]) in wanted
        )

    def limit_bandwidth(self, host: Host, kbit: int) -> None:
        """Limit the bandwidth of what *host* sends."""
        rate = f"dev eth0 root tbf rate {kbit}kbit burst 2kb latency 5s"
        self._namespaces[host.name].run(find_program("tc"), "qdisc", "add", *rate.split())

    def probe(self, host: Host, at: Address, ping: Ping, patience_s: float) -> Reading:
        with self.inside(host):
            return knock(at, ping, patience_s)

    @contextmanager
    def inside(self, host: Host) -> Iterator[None]:
        with self._namespaces[host.name].entered():
            yield

    def close(self) -> None:
        for namespace in (self._switch, *self._namespaces.values()):
            namespace.close()

    def _nft(self, *words: str, stdin: str = "") -> str:
        return self._switch.run(find_program("nft"), *words, stdin=stdin)


@contextmanager
def open_network() -> Iterator[Network]:
    """A network whose paths can be cut if this machine allows it; else one on loopback."""
    if os.geteuid() != 0:
        yield LoopbackNetwork("only root can cut members off from each other")
        return
    try:
        network = SwitchedNetwork()
    except (BrokenHarnessError, UsageError) as error:
        yield LoopbackNetwork(str(error))
        return
    try:
        yield network
    finally:
        network.close()


def _elements(ways: Iterable[Way]) -> str:
    return "{ " + ", ".join(f"{a.address} . {b.address}" for a, b in ways) + " }"
