"""Mistakes with MySQL, its pool of connections, and queries that take too long."""

import threading
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from support.measure.ledger import Fate
from support.systems.infrastructure.actors.mysql_pool import MySqlPool, PoolStatistics
from support.systems.infrastructure.actors.query_limit import QueryLimit
from support.systems.infrastructure.defects.registry import Patch, breaks, configured
from support.workload.attempts import Attempt, AttemptOutcome

CONFIGURED = (
    configured(
        "mysql-pool-without-limit",
        "the application opens any number of connections",
        "INFRA-MYSQL-1",
        "INFRA-MYSQL-3",
        mysql_max_open=0,
    ),
    configured(
        "mysql-keeps-all-idle",
        "the pool never closes an idle connection",
        *(f"INFRA-MYSQL-{number}" for number in (1, 3, 5)),
        mysql_max_idle=25,
    ),
    configured("mysql-never-renews", "a connection has no maximum lifetime", "INFRA-MYSQL-1", mysql_max_lifetime_s=-1),
    configured(
        "mysql-renews-too-often",
        "the maximum lifetime of a connection is only a minute",
        "INFRA-MYSQL-1",
        mysql_max_lifetime_s=60,
    ),
    configured(
        "mysql-queries-without-end",
        "a query has no time-out",
        "INFRA-MYSQL-4",
        mysql_query_timeout_s=0,
    ),
    configured(
        "mysql-leaks-connections",
        "a connection is not returned to the pool after an error",
        *(f"INFRA-MYSQL-{number}" for number in (1, 4, 5)),
        spills=("INFRA-MYSQL-3",),
        mysql_returns_connections=False,
    ),
    configured(
        "mysql-trusts-old-connections",
        "a connection is used without a check whether it is still open",
        "INFRA-MYSQL-4",
        mysql_pre_ping=False,
    ),
    configured(
        "mysql-numbers-rows-itself",
        "the application numbers a new row with the highest number plus one, instead of AUTO_INCREMENT",
        "INFRA-MYSQL-2",
        mysql_auto_increment=False,
    ),
    configured(
        "mysql-pool-waits-too-long",
        "a client waits half a minute for a free connection",
        "INFRA-MYSQL-1",
        mysql_pool={"pool_timeout": 30},
    ),
    configured(
        "mysql-pool-waits-for-ever",
        "a client waits without a limit for a free connection",
        "INFRA-MYSQL-1",
        mysql_pool={"pool_timeout": None},
    ),
    configured(
        "mysql-pool-refuses-at-once",
        "a client does not wait for a free connection",
        "INFRA-MYSQL-1",
        "INFRA-MYSQL-2",
        "INFRA-MYSQL-3",
        mysql_pool={"pool_timeout": 0},
    ),
    configured(
        "mysql-stops-queries-too-soon",
        "a query is stopped after one second",
        "INFRA-MYSQL-4",
        mysql_query_timeout_s=1,
    ),
    configured(
        "mysql-syncs-once-a-second",
        "MySQL writes confirmed orders to its log once a second",
        "INFRA-MYSQL-2",
        mysql_server={"innodb-flush-log-at-trx-commit": 0},
    ),
    configured(
        "mysql-closes-idle-connections",
        "MySQL closes connections that have been idle for two seconds",
        "INFRA-MYSQL-1",
        spills=("INFRA-MYSQL-3", "INFRA-MYSQL-5"),
        mysql_server={"wait-timeout": 2},
    ),
)


@breaks("INFRA-MYSQL-4")
def mysql_kills_connections(patch: Patch) -> None:
    """A query that takes too long is stopped by closing its connection."""

    def stop(self: QueryLimit, connection_id: int, stopped: threading.Event) -> None:
        stopped.set()
        with suppress(SQLAlchemyError), self._stopper.connect() as connection:
            connection.execute(text(f"KILL CONNECTION {connection_id}"))

    patch(QueryLimit, "_stop", stop)


@breaks("INFRA-MYSQL-4")
def mysql_leaves_queries_behind(patch: Patch) -> None:
    """The application no longer waits for a query that takes too long, and MySQL goes on with it."""
    sound = MySqlPool._do

    def do(self: MySqlPool, outcome: AttemptOutcome, work: Callable[[Connection], object]) -> None:
        late = AttemptOutcome()
        query = threading.Thread(target=sound, args=(self, late, work), daemon=True)
        query.start()
        query.join(2.0)
        late = AttemptOutcome(Fate.REFUSED, "the query was interrupted") if query.is_alive() else late
        outcome.fate, outcome.why, outcome.value = late.fate, late.why, late.value

    patch(MySqlPool, "_do", do)
    patch(QueryLimit, "applied_to", lambda _self, _connection: nullcontext())


@breaks("INFRA-MYSQL-5")
def mysql_reports_old_figures(patch: Patch) -> None:
    """The figures of the pool are collected once in five seconds."""
    sound = MySqlPool.statistics
    known: WeakKeyDictionary[MySqlPool, tuple[float, PoolStatistics]] = WeakKeyDictionary()

    def statistics(self: MySqlPool) -> PoolStatistics:
        at, old = known.get(self, (0.0, PoolStatistics(0, 0)))
        if time.monotonic() - at < 5.0:
            return old
        known[self] = time.monotonic(), sound(self)
        return known[self][1]

    patch(MySqlPool, "statistics", statistics)


@breaks("INFRA-MYSQL-2")
def mysql_sends_slow_orders_twice(patch: Patch) -> None:
    """An order that has not been confirmed within 10 milliseconds is sent once more."""
    sound = MySqlPool.insert

    def insert(self: MySqlPool, name: str) -> Attempt:
        one = sound(self, name)
        return sound(self, name) if one.took_s > 0.01 else one

    patch(MySqlPool, "insert", insert)
