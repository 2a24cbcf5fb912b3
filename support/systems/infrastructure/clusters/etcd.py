"""etcd with three members."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from support.core.target import Target
from support.probes.pings import http_get
from support.systems.infrastructure.clusters.cluster import Cluster, ClusterEnvironment, ClusterStatus, Members, Role
from support.systems.infrastructure.clusters.etcd_gateway import EtcdGateway, EtcdNoAnswerError, EtcdRejectedError
from support.systems.infrastructure.clusters.run_ids import NAME_PREFIX
from support.systems.infrastructure.targets import ETCD_1, ETCD_2, ETCD_3

MEMBERS = (ETCD_1, ETCD_2, ETCD_3)
CLIENT_PORT, PEER_PORT = 7381, 7382
PING = http_get("/version")
NO_LEADER, NO_ANSWER = "no leader", "no answer"
MAX_LAG = 20  # applied Raft entries
ETCD_ERRORS = (EtcdRejectedError, EtcdNoAnswerError, AssertionError)


class EtcdCluster(Cluster):
    """Uses etcd's default time-outs: a heartbeat every 100 ms, and an election after 1 s without one."""

    name = "etcd"

    def __init__(self, environment: ClusterEnvironment, members: Members | None = None) -> None:
        super().__init__(environment, members)
        self._member_ids: dict[Target, str] = {}

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
        self._member_ids.clear()
        for target, member in self.members.items():
            self._environment.empty_folder(target)
            member.process.spawn()

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
        """Return a client of each member, beginning with *first*."""
        return [self.gateway(target) for target in sorted(self.members, key=lambda target: target is not first)]

    def leader(self) -> Target:
        """Return the leader according to all members that answer. Raises `AssertionError` if they disagree or know none."""
        names = {name for target in self.members if (name := self.leader_by(target)) is not None}
        assert names, "no member answers"
        assert len(names) == 1, f"the members disagree on the leader: {' and '.join(sorted(names))}"
        (name,) = names
        assert name != NO_LEADER, "no member knows a leader"
        return next(target for target in self.members if target.name == name)

    def members_agreeing_on_leader(self) -> list[str]:
        """Return the names of the members that answer and know the leader. Raises as `leader`."""
        leader = self.leader().name
        return [target.name for target in self.members if self.leader_by(target) == leader]

    def leader_without(self, gone: Target) -> Target:
        """Return the leader according to all members except *gone*. Raises `AssertionError` if they disagree."""
        names = {self.leader_by(target) or NO_ANSWER for target in self.members if target is not gone}
        found = [target for target in self.members if names == {target.name}]
        assert found, f"the members other than {gone.name} do not know one leader: {' and '.join(sorted(names))}"
        return found[0]

    def followers(self) -> list[Target]:
        leader = self.leader()
        return [target for target in self.members if target is not leader]

    def leader_by(self, target: Target) -> str | None:
        """Return the name of the leader according to *target*, or `NO_LEADER`; None if it does not answer."""
        status = self._member_status(target)
        return self._leader_in(status) if status else None

    def _check_health(self) -> None:
        without = {target.name for target in self.members} - set(self.members_agreeing_on_leader())
        assert not without, f"{', '.join(sorted(without))} did not report a leader"
        applied = [int(self.gateway(target).status()["raftAppliedIndex"]) for target in self.members]
        assert max(applied) - min(applied) <= MAX_LAG, f"a member is {max(applied) - min(applied)} changes behind"

    def _names(self) -> Mapping[str, str]:
        """Return the members' names by etcd's member ids, which are constant for the lifetime of the cluster."""
        for target in self.members:
            if target not in self._member_ids and (status := self._member_status(target)):
                self._member_ids[target] = status["header"]["member_id"]
        return {member_id: target.name for target, member_id in self._member_ids.items()}

    def _member_status(self, target: Target) -> dict[str, Any] | None:
        try:
            return self.gateway(target, timeout_s=0.3).status()
        except ETCD_ERRORS:
            return None

    def _leader_in(self, status: Mapping[str, Any]) -> str:
        return self._names().get(status.get("leader", "0"), NO_LEADER)

    def _state(self, target: Target) -> str:
        status = self._member_status(target)
        if not status:
            return NO_ANSWER
        leader = self._leader_in(status)
        role = {target.name: "leader", NO_LEADER: "knows no leader"}.get(leader, f"follows {leader}")
        return f"{role} (etcd {status['version']})"

    def _options(self, target: Target, address: str, peers: str) -> list[str]:
        options: dict[str, object] = {
            "name": _name(target),
            "data-dir": self._environment.path(target) / "data",
            "listen-client-urls": f"http://{address}:{CLIENT_PORT}",
            "advertise-client-urls": f"http://{address}:{CLIENT_PORT}",
            "listen-peer-urls": f"http://{address}:{PEER_PORT}",
            "initial-advertise-peer-urls": f"http://{address}:{PEER_PORT}",
            "initial-cluster": peers,
            "logger": "zap",
            "log-level": "warn",
        }
        options |= self._environment.config.etcd_server
        return [word for name, value in options.items() for word in (f"--{name}", str(value))]


def _name(target: Target) -> str:
    return target.name.lower().replace("_", "-")
