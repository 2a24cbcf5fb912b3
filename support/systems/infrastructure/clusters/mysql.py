"""One MySQL server. What Debian has of it is MariaDB, which speaks the same protocol; `version` tells which it is."""

import subprocess
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import URL, NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from support.core.eventually import eventually
from support.core.target import Target
from support.environments.processes import await_exit
from support.environments.programs import dying_with_parent, find_program
from support.probes.pings import MYSQL_PING
from support.systems.infrastructure.clusters.cluster import START, ClusterEnvironment, ClusterStatus, Members, Role
from support.systems.infrastructure.clusters.run_ids import NAME_PREFIX
from support.systems.infrastructure.targets import MYSQL

PORT = 7385
USER = "application"
PREPARE = f"CREATE USER IF NOT EXISTS {USER}@'%';\nGRANT ALL ON *.* TO {USER}@'%';"  # one statement a line
DRIVER = {"connect_timeout": 1, "ssl_disabled": True}  # reading the machine's certificates takes 30 ms a connection
STATUS = ("Threads_connected", "Max_used_connections", "Slow_queries", "Aborted_clients")


class MySqlServer:
    """A server with the defaults of its maker, but for the memory that it takes.

    Applications are in a database of their own, by which the server tells their connections from all others.
    """

    name = "MySQL"

    def __init__(self, environment: ClusterEnvironment, members: Members | None = None) -> None:
        self._environment = environment
        self.run_id = environment.run_id
        self._folder = environment.run.path / MYSQL.name.replace(" ", "-")
        self._log = environment.logs / "MySQL-prepared.log"
        self._preparing: subprocess.Popen[bytes] | None = None
        self.members: Members = members or self._create_members()
        self.database = database_name(environment.run_id)
        self._operator = create_engine(self.url(), poolclass=NullPool, connect_args=DRIVER)

    def _create_members(self) -> Members:
        host = self._environment.network.host(MYSQL.name)
        self._preparing = self._prepare()  # takes its time, while others start
        return {
            MYSQL: self._environment.member(MYSQL, PORT, MYSQL_PING, self._command(host.address), host),
        }

    @property
    def roles(self) -> Mapping[Role, Callable[[], Target]]:
        return {}

    def start(self) -> None:
        if preparing := self._preparing or self._prepare():
            await_exit(preparing, "mariadb-install-db", self._log, START)
        self._preparing = None
        self._folder.joinpath("prepare.sql").write_text(PREPARE)
        self.members[MYSQL].process.spawn()

    def _prepare(self) -> subprocess.Popen[bytes] | None:
        self._environment.folder(MYSQL)
        self._temporary.mkdir()
        own = [f"--datadir={self._data}", f"--tmpdir={self._temporary}"]
        options = ["--no-defaults", *own, "--auth-root-authentication-method=normal"]
        command = [find_program("mariadb-install-db"), *options, "--user=root", "--skip-test-db"]
        with self._log.open("wb") as log:
            return subprocess.Popen(dying_with_parent(command), stdout=log, stderr=log)

    def await_healthy(self, within: timedelta) -> None:
        eventually(self._check_health, within=within, every=0.05)

    def advertised_hosts(self) -> set[str]:
        return {self.members[MYSQL].host.address}  # a MySQL server sends nobody elsewhere

    def status(self) -> ClusterStatus:
        try:
            told = self._ask("SHOW GLOBAL STATUS WHERE Variable_name IN ('{}')".format("', '".join(STATUS)))
            return {"state": "answers", "server": self.version} | {str(name): value for name, value in told}
        except AssertionError:
            return {"state": "no answer", "server": ""} | dict.fromkeys(STATUS, "")

    def address_setting(self) -> str:
        return "{}@{}:{}".format(self.login[0], *self.members[MYSQL].address)

    def stored_names(self) -> set[str]:
        return {str(name) for (name,) in self._ask("SHOW DATABASES LIKE :ours", ours=f"{NAME_PREFIX}%")}

    @property
    def version(self) -> str:
        """Whose server it is, and which."""
        return str(self._ask("SELECT VERSION()")[0][0])

    def connections(self) -> int:
        """How many connections of applications are open, by the server's own count."""
        told = self._ask("SELECT COUNT(*) FROM information_schema.processlist WHERE db = :db", db=self.database)
        return int(told[0][0])

    def running_queries(self, comment: str) -> int:
        """How many queries with *mark* in their text applications have running on the server."""
        query = "SELECT COUNT(*) FROM information_schema.processlist WHERE db = :db AND info LIKE :comment"
        return int(self._ask(query, db=self.database, comment=f"%{comment}%")[0][0])

    def url(self, database: str | None = None) -> URL:
        host, port = self.members[MYSQL].address
        return URL.create("mysql+pymysql", *self.login, host=host, port=port, database=database)

    @property
    def login(self) -> tuple[str, str | None]:
        """User and password."""
        return USER, None

    def create_database(self, run_id: str) -> None:
        """The database of the run with *mark*, if it is not there."""
        self._ask(f"CREATE DATABASE IF NOT EXISTS {database_name(run_id)}")

    def _check_health(self) -> None:
        self.create_database(self.run_id)

    def _ask(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        try:
            with self._operator.connect() as connection:
                statement = text(query).bindparams(**values)
                answer = connection.execute(statement)
                return [tuple(row) for row in answer] if answer.returns_rows else []
        except SQLAlchemyError as trouble:
            raise AssertionError(f"MySQL does not answer: {trouble.__cause__ or trouble}") from None

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    @property
    def _temporary(self) -> Path:
        """Of its own: a server that starts removes the temporary tables that it finds, and with them those of its neighbours."""
        return self._folder / "tmp"

    def _command(self, address: str) -> list[str]:
        own = ["--no-defaults", "--user=root", f"--socket={self._folder / 'socket'}", f"--tmpdir={self._temporary}"]
        return ["mariadbd", *own, *self._options(address)]

    def _options(self, address: str) -> list[str]:
        options = {
            "datadir": self._data,
            "port": PORT,
            "bind-address": address,
            "init-file": self._folder / "prepare.sql",
            "innodb-buffer-pool-size": "16M",
            "slow-query-log": 1,
            "slow-query-log-file": self._folder / "slow.log",
            "long-query-time": 0.5,
        }
        return ["--skip-name-resolve", *(f"--{name}={value}" for name, value in options.items())]


def database_name(run_id: str) -> str:
    """The name of the database of the run with *mark*."""
    return run_id.replace("-", "_")
