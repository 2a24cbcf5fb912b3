"""The network between the members of clusters and their applications: a host for each, and paths that can be cut."""

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
    """Where one member, or the applications, run. *within* are the words to put before a command that is to run there."""

    name: str
    address: str
    within: tuple[str, ...] = ()


Way = tuple[Host, Host]  # from, to: one direction


class Network(Protocol):
    """`lacking` says why paths cannot be cut or narrowed here; empty when they can.

    `dropped` counts the packets lost on *ways* so far. `look` knocks at an address from *host*. While `inside` a host, this thread
    and those that it starts are where programs on that host are, as far as others can tell.
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
    """Every host is an address of its own on loopback, in a range that is ours by chance. Nothing can be cut."""

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
        raise BrokenHarnessError(f"the line of {host.name} cannot be narrowed to {kbit} kbit: {self.lacking}")

    def probe(self, _host: Host, at: Address, ping: Ping, patience_s: float) -> Reading:
        return knock(at, ping, patience_s)

    def inside(self, _host: Host) -> AbstractContextManager[None]:
        return nullcontext()


class SwitchedNetwork:
    """Every host is a namespace with one cable to a switch, which is a namespace too and drops what it is told to."""

    lacking = ""

    def __init__(self) -> None:
        self._addresses = IPv4Network("10.99.7.0/24").hosts()
        self._namespaces: dict[str, Namespace] = {}
        self._switch = Namespace()
        self._switch.run(find_program("ip"), "-batch", "-", typed="link add br0 type bridge\nlink set br0 up\n")
        self._nft("-f", "-", typed=SWITCH)

    def host(self, name: str) -> Host:
        namespace = self._namespaces[name] = Namespace()
        address, number = str(next(self._addresses)), len(self._namespaces)
        cable = f"link add p{number} type veth peer name eth0 netns {namespace.path}\n"
        ip = find_program("ip")
        self._switch.run(ip, "-batch", "-", typed=f"{cable}link set p{number} master br0\nlink set p{number} up\n")
        own = f"link set lo up\naddr add {address}/24 dev eth0\nlink set eth0 up\n"
        namespace.run(ip, "-batch", "-", typed=own)
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
        """From now on what *host* sends takes its time."""
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

    def _nft(self, *words: str, typed: str = "") -> str:
        return self._switch.run(find_program("nft"), *words, typed=typed)


@contextmanager
def open_network() -> Iterator[Network]:
    """A network whose paths can be cut, where this machine allows it."""
    if os.geteuid() != 0:
        yield LoopbackNetwork("members can be cut off from each other by root only")
        return
    try:
        network = SwitchedNetwork()
    except (BrokenHarnessError, UsageError) as refusal:
        yield LoopbackNetwork(str(refusal))
        return
    try:
        yield network
    finally:
        network.close()


def _elements(ways: Iterable[Way]) -> str:
    return "{ " + ", ".join(f"{a.address} . {b.address}" for a, b in ways) + " }"
