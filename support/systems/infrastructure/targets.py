"""The targets of faults: the members of the clusters, and the application that uses them."""

from support.core.target import Target

APPLICATION = Target("application")  # only its network can fail
REDIS_1 = Target("Redis server 1", service="redis-1")
REDIS_2 = Target("Redis server 2", service="redis-2")
REDIS_3 = Target("Redis server 3", service="redis-3")
SENTINEL_1 = Target("Redis sentinel 1", service="sentinel-1")
SENTINEL_2 = Target("Redis sentinel 2", service="sentinel-2")
SENTINEL_3 = Target("Redis sentinel 3", service="sentinel-3")
ETCD_1 = Target("etcd member 1", service="etcd-1")
ETCD_2 = Target("etcd member 2", service="etcd-2")
ETCD_3 = Target("etcd member 3", service="etcd-3")
KAFKA_1 = Target("Kafka broker 1", service="kafka-1")
KAFKA_2 = Target("Kafka broker 2", service="kafka-2")
KAFKA_3 = Target("Kafka broker 3", service="kafka-3")
MYSQL = Target("MySQL server", service="mysql")

TARGETS = (
    APPLICATION,
    REDIS_1,
    REDIS_2,
    REDIS_3,
    SENTINEL_1,
    SENTINEL_2,
    SENTINEL_3,
    ETCD_1,
    ETCD_2,
    ETCD_3,
    KAFKA_1,
    KAFKA_2,
    KAFKA_3,
    MYSQL,
)
