"""Services that already run, judged where they are: ours to ask, not ours to break. What is stored there is removed again."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any, Protocol

from confluent_kafka import KafkaException
from redis import RedisError

from support.core.errors import BrokenHarnessError
from support.core.eventually import eventually
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
from support.systems.infrastructure.clusters.etcd import MEMBERS, PING, TROUBLE, EtcdCluster
from support.systems.infrastructure.clusters.etcd_gateway import EtcdGateway
from support.systems.infrastructure.clusters.kafka import ASK_S, BROKERS, KafkaCluster
from support.systems.infrastructure.clusters.mysql import MySqlServer, database_of
from support.systems.infrastructure.clusters.redis import SERVERS, RedisCluster
from support.systems.infrastructure.targets import ETCD_1, MYSQL

NOT_OURS = "what already runs is not ours to stop or to cut off"
REMOVAL = timedelta(seconds=10)
WHOLE = 3  # members, of which one may fail


class Attached(Cluster, Protocol):
    """`lacking` says what the service does not have, by the name in the tag @needs.<name>; `forget` removes what the run with
    *mark* has stored.
    """

    @property
    def lacking(self) -> Mapping[str, str]: ...
    def forget(self, mark: str) -> None: ...


class AttachedEtcd(EtcdCluster):
    """All of its members have to be named."""

    def __init__(self, environment: ClusterEnvironment, at: Addresses) -> None:
        super().__init__(environment, _members(MEMBERS, at, PING))
        try:
            there = len(self._any().client_urls())
        except TROUBLE as trouble:
            raise _silent(at, trouble) from None
        if there != len(at.places):
            raise BrokenHarnessError(
                f"{at} names {len(at.places)} of the {there} members; name all, with commas between them"
            )
        self.lacking = _few(there, f"members at {at}: {there}")

    def start(self) -> None: ...

    def forget(self, mark: str) -> None:
        self._any().remove(f"{mark}/")

    def _any(self) -> EtcdGateway:
        return self.gateway(ETCD_1)

    def _check_health(self) -> None:
        leader = self.leader()
        for target in self.members:
            assert self.leader_by(target) == leader.name, f"{target.name} does not call {leader.name} the leader"


class AttachedKafka(KafkaCluster):
    """However many brokers there are: they tell their addresses themselves."""

    def __init__(self, environment: ClusterEnvironment, at: Addresses) -> None:
        super().__init__(environment, _members(BROKERS, at, KAFKA_PING))
        try:
            self._there = len(self._metadata().brokers)
        except AssertionError as trouble:
            raise _silent(at, trouble) from None
        self.lacking = _few(self._there, f"brokers at {at}: {self._there}")

    @property
    def copies(self) -> int:
        return min(super().copies, self._there)

    def start(self) -> None: ...

    def forget(self, mark: str) -> None:
        """Topics that were removed with their scenarios may be on their way still; the groups stay in Kafka's books until here."""
        eventually(lambda: self._remove_all(mark), within=REMOVAL, every=0.2)

    def _remove_all(self, mark: str) -> None:
        topics = [topic for topic in self._metadata().topics if topic.startswith(mark)]
        groups = [group for group in self.groups() if group.startswith(mark)]
        asked = list(self._client.delete_topics(topics, operation_timeout=ASK_S).values()) if topics else []
        asked += self._client.delete_consumer_groups(groups, request_timeout=ASK_S).values() if groups else []
        for done in asked:
            with suppress(KafkaException):  # gone already, or not yet empty: what counts is what is left
                done.result()
        left = [name for name in self.stored_names() if name.startswith(mark)]
        assert not left, f"Kafka was told to remove {', '.join(left)}, and still has it"

    def _check_health(self) -> None:
        self._metadata()


class AttachedRedis(RedisCluster):
    """The one server that was named, which is asked directly."""

    sentinels: list[tuple[str, int]] = []  # noqa: RUF012  there are none to ask

    def __init__(self, environment: ClusterEnvironment, at: Addresses) -> None:
        self._login = {"username": at.user or None, "password": at.password or None}
        super().__init__(environment, _members(SERVERS[:1], at, REDIS_PING))
        try:
            told = self.client(SERVERS[0]).info("replication")
        except RedisError as trouble:
            raise _silent(at, trouble) from None
        self._copies = int(told["connected_slaves"])
        self.lacking = _few(1, f"{at} names one server; its replicas are not asked")

    @property
    def copies(self) -> int:
        return self._copies

    def start(self) -> None: ...

    def primary(self) -> Target:
        return SERVERS[0]

    def connection_options(self, target: Target) -> dict[str, Any]:
        return super().connection_options(target) | self._login

    def status(self) -> Mapping[str, object]:
        return {SERVERS[0].name: self._state(SERVERS[0])}

    def forget(self, mark: str) -> None:
        server = self.client(SERVERS[0])
        for key in server.scan_iter(f"{mark}:*"):
            server.delete(key)

    def _check_health(self) -> None:
        try:
            self.client(SERVERS[0]).ping()
        except RedisError as trouble:
            raise AssertionError(f"Redis does not answer: {trouble}") from None


class AttachedMySql(MySqlServer):
    """With the login that was named, which has to be allowed to create a database and to see the server's list of connections."""

    lacking: Mapping[str, str] = {}

    def __init__(self, environment: ClusterEnvironment, at: Addresses) -> None:
        self._login = (at.user or "root", at.password or None)
        super().__init__(environment, _members([MYSQL], at, MYSQL_PING))
        try:
            self._check_health()
        except AssertionError as trouble:
            raise _silent(at, trouble) from None

    @property
    def login(self) -> tuple[str, str | None]:
        return self._login

    def start(self) -> None: ...

    def forget(self, mark: str) -> None:
        self._ask(f"DROP DATABASE IF EXISTS {database_of(mark)}")


def _members(targets: Iterable[Target], at: Addresses, ping: Ping) -> Members:
    named = zip(targets, at.places, strict=False)
    return {target: Member(target, Host(host, host), port, ping, ExternalProcess()) for target, (host, port) in named}


def _few(there: int, why: str) -> Mapping[str, str]:
    return {"members": f"{why}, and this takes {WHOLE}"} if there < WHOLE else {}


def _silent(at: Addresses, trouble: Exception) -> BrokenHarnessError:
    return BrokenHarnessError(f"nothing can be judged at {at}: {trouble}")
