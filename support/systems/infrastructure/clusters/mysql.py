"""One MySQL server. The embedded backend runs Debian's MariaDB, which speaks the same protocol; `version` says which it is."""

import subprocess
from pathlib import Path
from typing import Any

from sqlalchemy import URL, NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from support.core.environment import environment_of_part
from support.environments.processes import await_exit
from support.environments.programs import dying_with_parent, find_program
from support.probes.pings import MYSQL_PING
from support.systems.infrastructure.clusters.cluster import (
    START,
    Cluster,
    ClusterEnvironment,
    ClusterStatus,
    Members,
)
from support.systems.infrastructure.clusters.run_ids import NAME_PREFIX
from support.systems.infrastructure.targets import MYSQL

PORT = 7385
USER = "application"
PREPARE = (
    f"CREATE USER IF NOT EXISTS {USER}@'%';\nGRANT ALL ON *.* TO {USER}@'%';"  # init-file takes one statement a line
)
DRIVER_OPTIONS = {"connect_timeout": 1, "ssl_disabled": True}  # TLS would add 30 ms a connection to read certificates
STATUS = ("Threads_connected", "Max_used_connections", "Slow_queries", "Aborted_clients")


class MySqlServer(Cluster):
    """A server with default options, except for less memory and a slow query log.

    Applications use a separate database, so that their connections can be counted in the server's process list.
    """

    name = "MySQL"

    def __init__(self, environment: ClusterEnvironment, members: Members | None = None) -> None:
        self._folder = environment.path(MYSQL)
        self._log = environment.logs / "MySQL-prepared.log"
        self._preparing: subprocess.Popen[bytes] | None = None
        super().__init__(environment, members)
        self.database = database_name(environment.run_id)
        self._operator = create_engine(self.url(), poolclass=NullPool, connect_args=self.driver_options)

    def _create_members(self) -> Members:
        host = self._environment.network.host(MYSQL.name)
        self._preparing = self._prepare()  # runs while other clusters start
        return {
            MYSQL: self._environment.member(MYSQL, PORT, MYSQL_PING, self._command(host.address), host),
        }

    def start(self) -> None:
        if preparing := self._preparing or self._prepare():
            await_exit(preparing, "mariadb-install-db", self._log, START)
        self._preparing = None
        self._folder.joinpath("prepare.sql").write_text(PREPARE)
        self.members[MYSQL].process.spawn()

    def _prepare(self) -> subprocess.Popen[bytes] | None:
        """Paths are given past the script's command line, which splits them at blanks."""
        self._environment.empty_folder(MYSQL)
        self._temporary.mkdir()
        options = ["--no-defaults", "--datadir=./data", "--auth-root-authentication-method=normal"]
        command = [find_program("mariadb-install-db"), *options, "--user=root", "--skip-test-db"]
        with self._log.open("wb") as log:
            return subprocess.Popen(
                dying_with_parent(command),
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env=environment_of_part({"TMPDIR": str(self._temporary)}),
            )

    def advertised_hosts(self) -> set[str]:
        return {self.members[MYSQL].host.address}  # a MySQL server does not redirect its clients

    def status(self) -> ClusterStatus:
        try:
            rows = self._query("SHOW GLOBAL STATUS WHERE Variable_name IN ('{}')".format("', '".join(STATUS)))
            return {"state": "answers", "server": self.version} | {str(name): value for name, value in rows}
        except AssertionError:
            return {"state": "no answer", "server": ""} | dict.fromkeys(STATUS, "")

    def address_setting(self) -> str:
        return "{}@{}:{}".format(self.login[0], *self.members[MYSQL].address)

    def stored_names(self) -> set[str]:
        return {str(name) for (name,) in self._query("SHOW DATABASES LIKE :pattern", pattern=f"{NAME_PREFIX}%")}

    @property
    def version(self) -> str:
        """The server's product and version."""
        return str(self._query("SELECT VERSION()")[0][0])

    def connections(self) -> int:
        """Return how many connections of applications are open, by the server's process list."""
        rows = self._query("SELECT COUNT(*) FROM information_schema.processlist WHERE db = :db", db=self.database)
        return int(rows[0][0])

    def free_connections(self) -> int:
        """Return how many more connections the server accepts, beside the one that asks."""
        query = "SELECT @@max_connections, @@max_user_connections, COUNT(*) - 1 FROM information_schema.processlist"
        most, of_one_user, used = map(int, self._query(query)[0])
        return min(most - used, of_one_user or most)

    def running_queries(self, comment: str) -> int:
        """Return how many queries of applications with *comment* in their text are running, by the server's process list."""
        query = "SELECT COUNT(*) FROM information_schema.processlist WHERE db = :db AND info LIKE :comment"
        return int(self._query(query, db=self.database, comment=f"%{comment}%")[0][0])

    def url(self, database: str | None = None) -> URL:
        host, port = self.members[MYSQL].address
        return URL.create("mysql+pymysql", *self.login, host=host, port=port, database=database)

    @property
    def driver_options(self) -> dict[str, Any]:
        """The arguments of each connection. The driver itself would encode a password as Latin-1."""
        _, password = self.login
        return DRIVER_OPTIONS | ({"password": password.encode()} if password else {})

    @property
    def login(self) -> tuple[str, str | None]:
        """User and password."""
        return USER, None

    def create_database(self, run_id: str) -> None:
        """Create the database of the run with this id, unless it exists."""
        self._query(f"CREATE DATABASE IF NOT EXISTS {database_name(run_id)}")

    def _check_health(self) -> None:
        self.create_database(self.run_id)

    def _query(self, query: str, **values: object) -> list[tuple[Any, ...]]:
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
        """A separate folder, because a starting server deletes all temporary tables that it finds, also of other servers."""
        return self._folder / "tmp"

    def _command(self, address: str) -> list[str]:
        own = ["--no-defaults", "--user=root", "--socket=socket", f"--tmpdir={self._temporary}"]
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
            **self._environment.config.mysql_server,
        }
        return ["--skip-name-resolve", *(f"--{name}={value}" for name, value in options.items())]


def database_name(run_id: str) -> str:
    """Return the name of the database of the run with this id."""
    return run_id.replace("-", "_")
