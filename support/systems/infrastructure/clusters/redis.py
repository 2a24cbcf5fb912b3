"""Redis with Sentinel: one primary, two replicas, and three sentinels that monitor them."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from redis import Redis, RedisError, ResponseError
from redis.backoff import NoBackoff
from redis.retry import Retry

from support.core.eventually import patiently
from support.core.target import Target
from support.probes.pings import REDIS_PING
from support.systems.infrastructure.clusters.cluster import Cluster, ClusterStatus, Members, Role
from support.systems.infrastructure.clusters.run_ids import NAME_PREFIX
from support.systems.infrastructure.targets import REDIS_1, REDIS_2, REDIS_3, SENTINEL_1, SENTINEL_2, SENTINEL_3

SERVERS = (REDIS_1, REDIS_2, REDIS_3)
SENTINELS = (SENTINEL_1, SENTINEL_2, SENTINEL_3)
SERVER_PORT, SENTINEL_PORT = 7379, 7380
MASTER_NAME = "holdfast"  # the name under which sentinels know the primary
START = timedelta(seconds=15)

# In milliseconds, shorter than the defaults so that scenarios stay short. A sentinel pings every `ping-period` and announces
# itself to the others every `publish-period`.
DOWN_AFTER, FAILOVER_TIMEOUT = 1000, 3000
PERIODS = {"info-period": 500, "publish-period": 500, "ask-period": 200, "ping-period": 200}


class RedisCluster(Cluster):
    """The first server starts as the primary; after that the sentinels elect it."""

    name = "Redis"

    def _create_members(self) -> Members:
        hosts = {target: self._environment.network.host(target.name) for target in (*SERVERS, *SENTINELS)}
        return {
            target: self._environment.member(
                target,
                SERVER_PORT if target in SERVERS else SENTINEL_PORT,
                REDIS_PING,
                ["redis-server", str(self._configuration(target)), *self._role(target)],
                hosts[target],
            )
            for target in hosts
        }

    @property
    def roles(self) -> Mapping[Role, Callable[[], Target]]:
        return {Role.REDIS_PRIMARY: self.primary, Role.REDIS_REPLICA: lambda: self.replicas()[0]}

    def start(self) -> None:
        """Start the sentinels once all replicas are in sync: they discover a replica that is missing at first only much later."""
        for target, member in self.members.items():
            self._configure(target, member.host.address)
        servers = [self.members[target] for target in SERVERS]
        for server in servers:
            server.process.spawn()
        for server in servers:
            server.process.await_ready()
        patiently(self._replicas_follow, within=START)
        sentinels = [self.members[target] for target in SENTINELS]
        for sentinel in sentinels:
            sentinel.process.spawn()
        for sentinel in sentinels:
            sentinel.process.await_ready()
        for target in SENTINELS:
            self._shorten_periods(target)

    def advertised_hosts(self) -> set[str]:
        return {_primary_info(self.client(target))["ip"] for target in SENTINELS}

    def status(self) -> ClusterStatus:
        return {target.name: self._state(target) for target in SERVERS} | {
            "primary, by the sentinels": ", ".join(sorted({self._primary_named_by(target) for target in SENTINELS}))
        }

    def _shorten_periods(self, sentinel: Target) -> None:
        """Set the periods, which a restart resets. Redis before version 7 refuses, and its failover takes longer."""
        with suppress(ResponseError):
            self.client(sentinel).execute_command(  # type: ignore[no-untyped-call]
                "SENTINEL", "DEBUG", *(str(word) for period in PERIODS.items() for word in period)
            )

    def address_setting(self) -> str:
        return "{}:{}".format(*self.members[self.primary()].address)

    def stored_names(self) -> set[str]:
        return set(self.client(self.primary()).scan_iter(f"{NAME_PREFIX}*"))

    @property
    def sentinels(self) -> list[tuple[str, int]]:
        """The addresses at which applications look up the primary."""
        return [self.members[target].address for target in SENTINELS]

    @property
    def replica_count(self) -> int:
        """The number of replicas that can acknowledge a write."""
        return len(SERVERS) - 1

    def primary(self) -> Target:
        """Return the primary according to all sentinels. Raises `AssertionError` while they disagree."""
        names = {self._primary_named_by(target) for target in SENTINELS}
        assert len(names) == 1, f"the sentinels disagree on the primary: {' and '.join(sorted(names))}"
        name = names.pop()
        found = [target for target in SERVERS if target.name == name]
        assert found, f"the sentinels know {name} as the primary"
        return found[0]

    def replicas(self) -> list[Target]:
        primary = self.primary()
        return [target for target in SERVERS if target is not primary]

    def client(self, target: Target, timeout_s: float = 0.5) -> "Redis":
        """Return a client of this one member, without sentinels."""
        return Redis(
            **self.connection_options(target),
            socket_timeout=timeout_s,
            socket_connect_timeout=timeout_s,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )

    def connection_options(self, target: Target) -> dict[str, Any]:
        """Return the arguments with which a client connects to this one member."""
        host, port = self.members[target].address
        return {"host": host, "port": port}

    def primary_of(self, target: Target) -> Target | None:
        """Return the server that *target* replicates; None while it is not a replica in sync."""
        replication = _replication(self.client(target))
        if replication.get("role") != "slave" or replication.get("master_link_status") != "up":
            return None
        at = replication["master_host"]
        return next((one for one in SERVERS if self.members[one].host.address == at), None)

    def _check_health(self) -> None:
        primary = self.primary()
        for target in SERVERS:
            if target is not primary:
                assert self.primary_of(target) is primary, f"{target.name} does not replicate {primary.name}"
        in_time = self.client(primary).info("replication").get("min_slaves_good_slaves", 2)
        assert in_time == 2, f"{primary.name} has heard from {in_time} of 2 replicas in time, and may refuse writes"
        for target in SENTINELS:
            info = _primary_info(self.client(target))
            others = (int(info["num-slaves"]), int(info["num-other-sentinels"]))
            assert others == (2, 2), (
                f"{target.name} sees {others[0]} replicas and {others[1]} other sentinels, not 2 and 2"
            )
            assert info["flags"] == "master", f"{target.name} reports the primary as {info['flags']}"
            for replica in self.client(target).sentinel_slaves(MASTER_NAME):
                assert replica["flags"] == "slave", f"{target.name} reports a replica as {replica['flags']}"

    def _replicas_follow(self) -> None:
        for target in SERVERS[1:]:
            assert self.primary_of(target), f"{target.name} does not replicate {SERVERS[0].name} yet"

    def _primary_named_by(self, sentinel: Target) -> str:
        address = _primary_info(self.client(sentinel)).get("ip")
        return next((one.name for one in SERVERS if self.members[one].host.address == address), "no server")

    def _state(self, target: Target) -> str:
        replication = _replication(self.client(target, timeout_s=0.2))
        match replication.get("role"):
            case "master":
                return f"primary with {replication['connected_slaves']} replicas"
            case "slave":
                return f"replica, link {replication['master_link_status']}"
        return "no answer"

    def _configuration(self, target: Target) -> Path:
        return self._environment.path(target, ".conf")

    def _role(self, target: Target) -> list[str]:
        return ["--sentinel"] if target in SENTINELS else []

    def _configure(self, target: Target, address: str) -> None:
        """Write the configuration file anew, because Redis and Sentinel rewrite theirs after each failover."""
        folder, first = self._environment.empty_folder(target), self.members[SERVERS[0]].host.address
        lines = [f"bind {address}", f"dir {quoted(folder)}", "protected-mode no"]
        if target in SENTINELS:
            lines += [f"port {SENTINEL_PORT}", f"sentinel announce-ip {address}"]
            lines += [f"sentinel monitor {MASTER_NAME} {first} {SERVER_PORT} {self._environment.config.redis_quorum}"]
            limits: dict[str, object] = {"down-after-milliseconds": DOWN_AFTER, "failover-timeout": FAILOVER_TIMEOUT}
            limits |= self._environment.config.redis_sentinel
            lines += [f"sentinel {name} {MASTER_NAME} {value}" for name, value in limits.items()]
        else:
            appends = "yes" if self._environment.config.redis_appendonly else "no"
            lines += [f"port {SERVER_PORT}", f"replica-announce-ip {address}", f"appendonly {appends}", 'save ""']
            lines += ["repl-diskless-sync-delay 0", "repl-ping-replica-period 1", "min-replicas-to-write 1"]
            lines += ["min-replicas-max-lag 2"]
            lines += [f"{name} {value}" for name, value in self._environment.config.redis_server.items()]
            if target is not SERVERS[0]:
                lines.append(f"replicaof {first} {SERVER_PORT}")
        self._configuration(target).write_text("\n".join(lines) + "\n")


def quoted(path: Path) -> str:
    """*path* as a word of Redis' configuration."""
    return '"{}"'.format(str(path).replace("\\", "\\\\").replace('"', '\\"'))


def _primary_info(sentinel: Redis) -> Mapping[str, Any]:
    """Return what a sentinel knows of the primary; empty if it does not answer."""
    try:
        info: Mapping[str, Any] = dict(sentinel.sentinel_master(MASTER_NAME))  # type: ignore[arg-type]  # typed for the asynchronous client too
    except RedisError:
        return {}
    return info


def _replication(server: Redis) -> Mapping[str, object]:
    try:
        return server.info("replication")
    except RedisError:
        return {}
