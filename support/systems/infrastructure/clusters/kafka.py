"""Kafka with three brokers, each of which is also a controller (KRaft, without ZooKeeper)."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic  # type: ignore[attr-defined]

from support.core.eventually import patiently
from support.core.target import Target
from support.probes.pings import KAFKA_PING
from support.systems.infrastructure.clusters.cluster import Cluster, ClusterEnvironment, ClusterStatus, Members, Role
from support.systems.infrastructure.clusters.kafka_metadata import partitions_with_leader
from support.systems.infrastructure.clusters.run_ids import NAME_PREFIX
from support.systems.infrastructure.programs.kafka import LIBRARIES
from support.systems.infrastructure.targets import KAFKA_1, KAFKA_2, KAFKA_3

BROKERS = (KAFKA_1, KAFKA_2, KAFKA_3)
CLIENT_PORT, CONTROLLER_PORT = 7383, 7384
CLUSTER_ID = "AAAAAAAAQACAAAAAAAAAAA"  # 16 bytes in base64; the same for all brokers
REQUEST_TIMEOUT_S = 3.0
CREATION = timedelta(seconds=10)

# Kafka's defaults suit thousands of partitions and outages of minutes. Times in milliseconds.
SETTINGS = {
    "process.roles": "broker,controller",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "auto.create.topics.enable": "false",
    "offsets.topic.num.partitions": 3,
    "offsets.topic.replication.factor": 3,
    "log.cleaner.dedupe.buffer.size": 2_000_000,
    "num.io.threads": 4,
    "num.network.threads": 2,
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 1000,
    "broker.heartbeat.interval.ms": 500,
    "broker.session.timeout.ms": 3000,
    "replica.lag.time.max.ms": 3000,
    "replica.socket.timeout.ms": 3000,
    "controller.socket.timeout.ms": 3000,
    "request.timeout.ms": 3000,
}
LOG = {
    "defaultLogLevel": "warn",
    "log.kafka.coordinator.group": "info",
    "showDateTime": "true",
    "dateTimeFormat": "HH:mm:ss.SSS",
}
JAVA = (
    *("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
    *(f"-Dorg.slf4j.simpleLogger.{name}={value}" for name, value in LOG.items()),
)


class KafkaCluster(Cluster):
    """`topic` is the scenario's topic, `group` its consumer group; "the leader" is the leader of the topic's first partition."""

    name = "Kafka"
    poll_interval_s = 0.1
    libraries = LIBRARIES

    def __init__(self, environment: ClusterEnvironment, members: Members | None = None) -> None:
        super().__init__(environment, members)
        self.logs = environment.logs
        self.topic = ""
        self.group = ""
        self._admin: AdminClient | None = None

    def _create_members(self) -> Members:
        hosts = {target: self._environment.network.host(target.name) for target in BROKERS}
        return {
            target: self._environment.member(target, CLIENT_PORT, KAFKA_PING, self._command(target), host)
            for target, host in hosts.items()
        }

    @property
    def roles(self) -> Mapping[Role, Callable[[], Target]]:
        return {
            Role.KAFKA_LEADER: self.leader,
            Role.KAFKA_FOLLOWER: lambda: self.followers()[0],
            Role.KAFKA_COORDINATOR: self._coordinator,
        }

    def start(self) -> None:
        for target, member in self.members.items():
            self._configure(target, member.host.address)
            member.process.spawn()

    def advertised_hosts(self) -> set[str]:
        return {broker.host for broker in self._metadata().brokers.values()}

    def status(self) -> ClusterStatus:
        try:
            metadata = self._metadata(timeout_s=1.0)
        except AssertionError:
            return {"brokers": "no answer", "partitions": ""}
        return {
            "brokers": ", ".join(str(number) for number in sorted(metadata.brokers)),
            "partitions": "; ".join(
                f"{number} led by {one.leader}, in sync {sorted(one.isrs)}"
                for topic in metadata.topics.values()
                if topic.topic == self.topic
                for number, one in sorted(topic.partitions.items())
            ),
        }

    def address_setting(self) -> str:
        return self.bootstrap_servers

    def stored_names(self) -> set[str]:
        return {name for name in (*self._metadata().topics, *self.groups()) if name.startswith(NAME_PREFIX)}

    def groups(self) -> list[str]:
        """Return the names of all consumer groups, including empty ones."""
        try:
            listed = self._client.list_consumer_groups(request_timeout=REQUEST_TIMEOUT_S).result()
        except KafkaException as trouble:
            raise AssertionError(f"Kafka does not list its consumer groups: {trouble}") from None
        return [group.group_id for group in listed.valid]

    @property
    def bootstrap_servers(self) -> str:
        return ",".join(f"{member.host.address}:{member.port}" for member in self.members.values())

    def create_topic(self, topic: str, partitions: int) -> None:
        """Create *topic* and wait until all brokers know it. Raises `AssertionError` if Kafka refuses."""
        settings = {"min.insync.replicas": str(min(2, self.replication_factor))}
        settings |= self._environment.config.kafka_topic
        new = NewTopic(topic, partitions, self.replication_factor, config=settings)

        def request() -> None:
            try:
                self._client.create_topics([new], operation_timeout=REQUEST_TIMEOUT_S)[topic].result(
                    2 * REQUEST_TIMEOUT_S
                )
            except KafkaException as refusal:
                if refusal.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:  # the first answer may have been lost
                    raise AssertionError(f"the topic could not be created: {refusal}") from None

        patiently(request, within=CREATION)
        self.topic = topic
        patiently(lambda: self._check_all_know_topic(partitions), within=CREATION)

    def _check_all_know_topic(self, partitions: int) -> None:
        """Brokers learn of a topic one after the other.

        If the leader of a new consumer group asks a broker that does not know the topic yet, no consumer of the group ever gets
        a partition (librdkafka 2.16).
        """
        for target, member in self.members.items():
            try:
                known = partitions_with_leader(member.address, self.topic, REQUEST_TIMEOUT_S)
            except OSError as trouble:
                raise AssertionError(f"{target.name} does not answer: {trouble}") from None
            assert known == partitions, (
                f"{target.name} knows the leaders of {known} of {partitions} partitions of {self.topic}"
            )

    @property
    def replication_factor(self) -> int:
        """The number of brokers that store each partition."""
        return self._environment.config.kafka_replication_factor

    def delete_topic(self, topic: str) -> None:
        self.topic = ""
        self._client.delete_topics([topic], operation_timeout=REQUEST_TIMEOUT_S)

    def leader(self) -> Target:
        """Return the leader of the topic's first partition."""
        number = int(self._partitions()[0].leader)
        assert number >= 0, f"the first partition of {self.topic} has no leader"
        return BROKERS[number - 1]

    def followers(self) -> list[Target]:
        """Return the brokers that do not lead the topic's first partition."""
        leader = self.leader()
        return [broker for broker in BROKERS if broker is not leader]

    def brokers_to_confirm(self) -> int:
        """Return how many brokers must hold a message of the topic before it is confirmed (min.insync.replicas)."""
        topic = ConfigResource(ConfigResource.Type.TOPIC, self.topic)
        described = self._client.describe_configs([topic], request_timeout=REQUEST_TIMEOUT_S)[topic]
        try:
            return int(described.result()["min.insync.replicas"].value)
        except KafkaException as trouble:
            raise AssertionError(f"Kafka does not describe the topic {self.topic}: {trouble}") from None

    def replica_counts(self) -> list[tuple[int, int]]:
        """Return, for each partition of the topic, the numbers of its replicas and of its in-sync replicas."""
        return [(len(one.replicas), len(one.isrs)) for one in self._partitions().values()]

    def _coordinator(self) -> Target:
        described = self._client.describe_consumer_groups([self.group], request_timeout=REQUEST_TIMEOUT_S)
        coordinator = described[self.group].result().coordinator
        assert coordinator, f"the group {self.group} has no coordinator"
        return BROKERS[coordinator.id - 1]

    def _partitions(self) -> Mapping[int, Any]:
        topic = self._metadata().topics.get(self.topic)
        partitions: Mapping[int, Any] = dict(topic.partitions) if topic else {}
        assert partitions, f"the brokers do not know the topic {self.topic}"
        return partitions

    def _check_health(self) -> None:
        metadata = self._metadata()
        assert len(metadata.brokers) == len(BROKERS), f"only the brokers {sorted(metadata.brokers)} are registered"
        for topic in metadata.topics.values():
            for number, one in topic.partitions.items():
                behind = sorted(set(one.replicas) - set(one.isrs))
                assert not behind, f"brokers {behind} are not in sync with partition {number} of {topic.topic}"

    def _metadata(self, timeout_s: float = REQUEST_TIMEOUT_S) -> Any:
        try:
            return self._client.list_topics(timeout=timeout_s)
        except KafkaException as trouble:
            raise AssertionError(f"Kafka does not answer: {trouble}") from None

    @property
    def _client(self) -> AdminClient:
        """Created at the first use, because it must be created on the applications' host."""
        if self._admin is None:
            self._admin = AdminClient(
                {
                    "bootstrap.servers": self.bootstrap_servers,
                    "socket.timeout.ms": 3000,
                    "reconnect.backoff.max.ms": 300,
                    "log_level": 0,
                }
            )
        return self._admin

    def _configure(self, target: Target, address: str) -> None:
        """Create an empty data folder as `kafka-storage.sh format` would, which takes seconds for each broker."""
        folder = self._environment.empty_folder(target)
        data = folder / "data"
        data.mkdir()
        number = _number(target)
        data.joinpath("meta.properties").write_text(f"version=1\ncluster.id={CLUSTER_ID}\nnode.id={number}\n")
        own = {
            "node.id": number,
            "controller.quorum.voters": ",".join(
                f"{_number(one)}@{member.host.address}:{CONTROLLER_PORT}" for one, member in self.members.items()
            ),
            "listeners": f"PLAINTEXT://{address}:{CLIENT_PORT},CONTROLLER://{address}:{CONTROLLER_PORT}",
            "advertised.listeners": f"PLAINTEXT://{address}:{CLIENT_PORT}",
            "log.dirs": escaped(data),
        }
        settings = self._environment.config.kafka_broker
        lines = [f"{name}={value}" for name, value in {**SETTINGS, **own, **settings}.items()]
        self._settings(target).write_text("\n".join(lines) + "\n")

    def _settings(self, target: Target) -> Path:
        return self._environment.path(target, ".properties")

    def _command(self, target: Target) -> list[str]:
        return ["java", *JAVA, "-cp", f"{self.libraries}/*", "kafka.Kafka", str(self._settings(target))]


def escaped(path: Path) -> str:
    """*path* as a value of a properties file, which is read as Latin-1."""
    return re.sub(r"[^\w/.-]|[^\x00-\x7f]", lambda found: rf"\u{found[0].encode('utf-16-be').hex()}", str(path))


def _number(target: Target) -> int:
    return BROKERS.index(target) + 1
