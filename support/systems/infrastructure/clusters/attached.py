"""Services that are already running and are tested at their addresses.

The suite injects no faults into them, and removes the data that it stored in them.
"""

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from confluent_kafka import KafkaException
from redis import RedisError

from support.core.errors import BrokenHarnessError
from support.core.eventually import patiently
from support.core.target import Target
from support.environments.network import Host
from support.probes.pings import KAFKA_PING, MYSQL_PING, REDIS_PING, Ping
from support.systems.infrastructure.addresses import Addresses
from support.systems.infrastructure.clusters.cluster import (
    Cluster,
    ClusterEnvironment,
    ExternalProcess,
    Member,
    Members,
)
from support.systems.infrastructure.clusters.etcd import ETCD_ERRORS, MEMBERS, PING, EtcdCluster
from support.systems.infrastructure.clusters.etcd_gateway import EtcdGateway
from support.systems.infrastructure.clusters.kafka import BROKERS, REQUEST_TIMEOUT_S, KafkaCluster
from support.systems.infrastructure.clusters.mysql import MySqlServer, database_name
from support.systems.infrastructure.clusters.redis import SERVERS, RedisCluster
from support.systems.infrastructure.targets import ETCD_1, MYSQL

NO_FAULTS = "a service that is already running is not stopped or cut off for a test"
REMOVAL = timedelta(seconds=10)
OWN_CONNECTIONS = 4  # of the suite, beside those of a scenario's pool
CLUSTER_SIZE = 3  # members that scenarios expect, so that one may fail


class AttachedService(Cluster):
    """A cluster that the suite does not start.

    `lacking` holds the reason why the service does not have something, by the name in the tag @needs.<name>.
    """

    lacking: Mapping[str, str]

    def start(self) -> None:
        """Do nothing, because the service is already running."""

    @abstractmethod
    def remove_data(self, run_id: str) -> None:
        """Remove all that the run with this id has stored."""


class AttachedEtcd(AttachedService, EtcdCluster):
    """All of its members must be listed in ETCD_ADDR."""

    def __init__(self, environment: ClusterEnvironment, at: Addresses) -> None:
        super().__init__(environment, _members(MEMBERS, at, PING))
        try:
            count = len(self._any().client_urls())
        except ETCD_ERRORS as trouble:
            raise _no_answer(at, trouble) from None
        if count != len(at.places):
            raise BrokenHarnessError(
                f"{at} lists {len(at.places)} of the {count} members; list all of them, separated by commas"
            )
        self.lacking = _missing_members(count, f"members at {at}: {count}")

    def remove_data(self, run_id: str) -> None:
        self._any().delete_prefix(f"{run_id}/")

    def _any(self) -> EtcdGateway:
        return self.gateway(ETCD_1)

    def _check_health(self) -> None:
        leader = self.leader()
        for target in self.members:
            assert self.leader_by(target) == leader.name, f"{target.name} does not report {leader.name} as the leader"


class AttachedKafka(AttachedService, KafkaCluster):
    """One address is enough, because the brokers advertise all of theirs."""

    def __init__(self, environment: ClusterEnvironment, at: Addresses) -> None:
        super().__init__(environment, _members(BROKERS, at, KAFKA_PING))
        try:
            self._broker_count = len(self._metadata().brokers)
        except AssertionError as trouble:
            raise _no_answer(at, trouble) from None
        self.lacking = _missing_members(self._broker_count, f"brokers at {at}: {self._broker_count}")

    @property
    def replication_factor(self) -> int:
        return min(super().replication_factor, self._broker_count)

    def remove_data(self, run_id: str) -> None:
        """Delete the groups, and wait for the deletion of topics that scenarios began and Kafka has not yet completed."""
        patiently(lambda: self._remove_all(run_id), within=REMOVAL, every=0.2)

    def _remove_all(self, run_id: str) -> None:
        topics = [topic for topic in self._metadata().topics if topic.startswith(run_id)]
        groups = [group for group in self.groups() if group.startswith(run_id)]
        asked = list(self._client.delete_topics(topics, operation_timeout=REQUEST_TIMEOUT_S).values()) if topics else []
        asked += (
            self._client.delete_consumer_groups(groups, request_timeout=REQUEST_TIMEOUT_S).values() if groups else []
        )
        for done in asked:
            with suppress(KafkaException):  # already deleted, or not yet empty; only what is left in the end counts
                done.result()
        left = [name for name in self.stored_names() if name.startswith(run_id)]
        assert not left, f"Kafka still has {', '.join(left)} after the request to delete it"

    def _check_health(self) -> None:
        self._metadata()


class AttachedRedis(AttachedService, RedisCluster):
    """One server at the given address, which clients use directly, without sentinels."""

    sentinels: list[tuple[str, int]] = []  # noqa: RUF012  always empty

    def __init__(self, environment: ClusterEnvironment, at: Addresses) -> None:
        self._login = {"username": at.user or None, "password": at.password or None}
        super().__init__(environment, _members(SERVERS[:1], at, REDIS_PING))
        try:
            replication = self.client(SERVERS[0]).info("replication")
        except RedisError as trouble:
            raise _no_answer(at, trouble) from None
        self._replica_count = int(replication["connected_slaves"])
        self.lacking = _missing_members(1, f"{at} is one server, whose replicas are not tested")

    @property
    def replica_count(self) -> int:
        return self._replica_count

    def primary(self) -> Target:
        return SERVERS[0]

    def connection_options(self, target: Target) -> dict[str, Any]:
        return super().connection_options(target) | self._login

    def status(self) -> Mapping[str, object]:
        return {SERVERS[0].name: self._state(SERVERS[0])}

    def remove_data(self, run_id: str) -> None:
        server = self.client(SERVERS[0])
        for key in server.scan_iter(f"{run_id}:*"):
            server.delete(key)

    def _check_health(self) -> None:
        try:
            self.client(SERVERS[0]).ping()
        except RedisError as trouble:
            raise AssertionError(f"Redis does not answer: {trouble}") from None


class AttachedMySql(AttachedService, MySqlServer):
    """The given login needs the rights to create a database and to read the process list."""

    def __init__(self, environment: ClusterEnvironment, at: Addresses) -> None:
        self._login = (at.user or "root", at.password or None)
        super().__init__(environment, _members([MYSQL], at, MYSQL_PING))
        try:
            self._check_health()
            free = self.free_connections()
        except AssertionError as trouble:
            raise _no_answer(at, trouble) from None
        needed = environment.config.mysql_max_open + OWN_CONNECTIONS
        few = f"{at} has {free} connections free, and its scenarios need {needed}; raise its max_connections"
        self.lacking = {"mysql": few} if free < needed else {}

    @property
    def login(self) -> tuple[str, str | None]:
        return self._login

    def remove_data(self, run_id: str) -> None:
        self._query(f"DROP DATABASE IF EXISTS {database_name(run_id)}")


def _members(targets: Iterable[Target], at: Addresses, ping: Ping) -> Members:
    pairs = zip(targets, at.places, strict=False)
    return {target: Member(target, Host(host, host), port, ping, ExternalProcess()) for target, (host, port) in pairs}


def _missing_members(count: int, why: str) -> Mapping[str, str]:
    return {"members": f"{why}, and this scenario needs {CLUSTER_SIZE}"} if count < CLUSTER_SIZE else {}


def _no_answer(at: Addresses, trouble: Exception) -> BrokenHarnessError:
    return BrokenHarnessError(f"{at} cannot be tested: {trouble}")
