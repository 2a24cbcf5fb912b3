"""How clusters are set up and how applications use them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClusterConfig:
    """The sound way; a mistake is the same with other values. What does not tell itself:

    `line_kbit`: how many kbit a second the line of the applications carries, 0 for any. `time_out_s`: how long an
    application waits for a connection or an answer. `removes_what_it_stored`: from services that are not its own.
    `needs_everything`: whether it reads its configuration in etcd before each write to Redis, and the other way round.
    `redis_quorum`: how many sentinels must agree that the primary is gone. `redis_acknowledged_by`: replicas that must
    have a write before the application counts it as confirmed. `etcd_reads_locally`: whether reads may be answered from
    what one member knows, without asking the others; `etcd_asks_each_time`: or from what was read before. `etcd_watch_below`:
    what the names begin with that are watched. `mysql_open`: how many connections there are at most, 0 for any number.
    `mysql_life_s`: after how many seconds a connection is renewed, -1 for never; `mysql_query_s`: 0 for no limit.
    """

    time_out_s: float = 0.5
    removes_what_it_stored: bool = True
    needs_everything: bool = False
    line_kbit: int = 0
    redis_appendonly: bool = True
    redis_quorum: int = 2
    redis_acknowledged_by: int = 1
    redis_keeps_expiry: bool = True
    redis_keys_by_name: bool = True
    redis_asks_sentinels: bool = True
    redis_pool_limited: bool = True
    redis_gives_back: bool = True
    etcd_members: int = 3
    etcd_tries_others: bool = True
    etcd_reads_locally: bool = False
    etcd_asks_each_time: bool = True
    etcd_watch_resumes: bool = True
    etcd_watch_below: str = ""
    kafka_replicas: int = 3
    kafka_acks: str = "all"
    kafka_keys: bool = True
    kafka_sends_in_batches: bool = True
    kafka_reads_from_start: bool = True
    kafka_commits_after_work: bool = True
    mysql_open: int = 25
    mysql_idle: int = 5
    mysql_life_s: int = 300
    mysql_query_s: int = 2
    mysql_gives_back: bool = True
    mysql_looks_before_use: bool = True
    mysql_server_numbers_rows: bool = True
