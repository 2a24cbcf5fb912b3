"""etcd with three members."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from support.core.eventually import eventually
from support.core.target import Target
from support.probes.pings import http_get
from support.systems.infrastructure.clusters.cluster import ClusterEnvironment, ClusterStatus, Members, Role
from support.systems.infrastructure.clusters.etcd_gateway import EtcdGateway, EtcdNoAnswerError, EtcdRejectedError
from support.systems.infrastructure.clusters.run_ids import NAME_PREFIX
from support.systems.infrastructure.targets import ETCD_1, ETCD_2, ETCD_3

MEMBERS = (ETCD_1, ETCD_2, ETCD_3)
CLIENT_PORT, PEER_PORT = 7381, 7382
PING = http_get("/version")
TROUBLE = (EtcdRejectedError, EtcdNoAnswerError, AssertionError)


class EtcdCluster:
    """etcd's own time-outs: a heartbeat every 100 ms, an election after 1 s without one."""

    name = "etcd"

    def __init__(self, environment: ClusterEnvironment, members: Members | None = None) -> None:
        self._environment = environment
        self._numbers: dict[Target, str] = {}
        self.run_id = environment.run_id
        self.members: Members = members or self._create_members()

    def _create_members(self) -> Members:
        targets = MEMBERS[: self._environment.config.etcd_members]
        hosts = {target: self._environment.network.host(target.name) for target in targets}
        peers = ",".join(f"{_name(target)}=http://{host.address}:{PEER_PORT}" for target, host in hosts.items())
        return {
            target: self._environment.member(
                target,
                CLIENT_PORT,
                PING,
                ["etcd", *self._options(target, host.address, peers)],
                host,
            )
            for target, host in hosts.items()
        }

    @property
    def roles(self) -> Mapping[Role, Callable[[], Target]]:
        return {Role.ETCD_LEADER: self.leader, Role.ETCD_FOLLOWER: lambda: self.followers()[0]}

    def start(self) -> None:
        self._numbers.clear()
        for target, member in self.members.items():
            self._environment.folder(target)
            member.process.spawn()

    def await_healthy(self, within: timedelta) -> None:
        eventually(self._check_health, within=within, every=0.05)

    def advertised_hosts(self) -> set[str]:
        return {str(urlsplit(url).hostname) for url in self.gateway(ETCD_1).client_urls()}

    def status(self) -> ClusterStatus:
        return {target.name: self._state(target) for target in self.members}

    def address_setting(self) -> str:
        return ",".join("{}:{}".format(*member.address) for member in self.members.values())

    def stored_names(self) -> set[str]:
        return {entry.key for entry in self.gateway(ETCD_1).read_prefix(NAME_PREFIX)}

    def gateway(self, target: Target, timeout_s: float = 1.0) -> EtcdGateway:
        return EtcdGateway(*self.members[target].address, timeout_s)

    def gateways_from(self, first: Target) -> list[EtcdGateway]:
        """One for each member, *first* being the first."""
        return [self.gateway(target) for target in sorted(self.members, key=lambda target: target is not first)]

    def leader(self) -> Target:
        """Whom all members that answer call the leader. Raises `AssertionError` if they do not agree, or if it does not answer."""
        told = {target: leader for target in self.members if (leader := self.leader_by(target)) is not None}
        named = set(told.values())
        assert len(named) == 1, f"the members call {' and '.join(sorted(named)) or 'nobody'} the leader"
        (name,) = named
        assert name != "nobody", "no member knows a leader"
        return next(target for target in self.members if target.name == name)

    def members_agreeing_on_leader(self) -> list[str]:
        """Who names the same leader as every other that answers. Raises as `leader`."""
        leader = self.leader().name
        return [target.name for target in self.members if self.leader_by(target) == leader]

    def leader_without(self, gone: Target) -> Target:
        """Whom all members but *gone* call the leader. Raises `AssertionError` if they do not agree."""
        told = {str(self.leader_by(target)) for target in self.members if target is not gone}
        found = [target for target in self.members if told == {target.name}]
        assert found, f"the others call {' and '.join(sorted(told))} the leader"
        return found[0]

    def followers(self) -> list[Target]:
        leader = self.leader()
        return [target for target in self.members if target is not leader]

    def leader_by(self, target: Target) -> str | None:
        """Whom *target* calls the leader: a member by name, or nobody; None if it does not answer."""
        told = self._status(target)
        return self._leader_in(told) if told else None

    def _check_health(self) -> None:
        silent = {target.name for target in self.members} - set(self.members_agreeing_on_leader())
        assert not silent, f"no leader is named by {', '.join(sorted(silent))}"
        applied = [int(self.gateway(target).status()["raftAppliedIndex"]) for target in self.members]
        assert max(applied) - min(applied) <= 20, f"a member is {max(applied) - min(applied)} changes behind"

    def _names(self) -> Mapping[str, str]:
        """Members by etcd's own number for them, which they keep as long as the cluster lives."""
        for target in self.members:
            if target not in self._numbers and (told := self._status(target)):
                self._numbers[target] = told["header"]["member_id"]
        return {number: target.name for target, number in self._numbers.items()}

    def _status(self, target: Target) -> dict[str, Any] | None:
        try:
            return self.gateway(target, timeout_s=0.3).status()
        except TROUBLE:
            return None

    def _leader_in(self, status: Mapping[str, Any]) -> str:
        return self._names().get(status.get("leader", "0"), "nobody")

    def _state(self, target: Target) -> str:
        told = self._status(target)
        if not told:
            return "no answer"
        leader = self._leader_in(told)
        role = {target.name: "leader", "nobody": "knows no leader"}.get(leader, f"follows {leader}")
        return f"{role} (etcd {told['version']})"

    def _options(self, target: Target, address: str, peers: str) -> list[str]:
        options = {
            "name": _name(target),
            "data-dir": self._environment.run.path / target.name.replace(" ", "-") / "data",
            "listen-client-urls": f"http://{address}:{CLIENT_PORT}",
            "advertise-client-urls": f"http://{address}:{CLIENT_PORT}",
            "listen-peer-urls": f"http://{address}:{PEER_PORT}",
            "initial-advertise-peer-urls": f"http://{address}:{PEER_PORT}",
            "initial-cluster": peers,
            "logger": "zap",
            "log-level": "warn",
        }
        return [word for name, value in options.items() for word in (f"--{name}", str(value))]


def _name(target: Target) -> str:
    return target.name.lower().replace("_", "-")
