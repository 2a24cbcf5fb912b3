"""An environment of child processes on loopback: ports, servers, links through a fault proxy; all of it ends together."""

import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from support.core.addresses import LOOPBACK
from support.core.checkout import CHECKOUT
from support.environments.parts import Link
from support.environments.ports import ReservedPort
from support.environments.postgres import PreparedCluster
from support.environments.processes import ChildProcess, end_all
from support.environments.programs import find_program
from support.environments.run_directory import RunDirectory
from support.probes.pings import POSTGRES_PING, REDIS_PING, Ping, http_get


class LocalEnvironment:
    """Parts that run as child processes, each with its output in *logs*. Everything is started at once, then awaited.

    Start from the main thread only; see `ChildProcess`. Made by `local_environment`, which ends what was started.
    """

    def __init__(self, run: RunDirectory, logs: Path, seed: int, stack: ExitStack) -> None:
        self.run = run
        self.logs = logs
        self.seed = seed
        self._stack = stack
        self.started: list[ChildProcess] = []

    def port(self, what: str, wanted: int = 0) -> int:
        """A port that stays ours as long as the environment lives; *wanted* is 0 for any free one."""
        return self._stack.enter_context(ReservedPort(wanted, what=what)).number

    def spawn(
        self,
        name: str,
        argv: Sequence[str],
        port: int,
        ping: Ping,
        *,
        env: Mapping[str, str] | None = None,
        rights: Sequence[str] = (),
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> ChildProcess:
        """Start a part that listens on *port*, without waiting until it answers *ping*."""
        part = ChildProcess(
            name,
            argv,
            port=port,
            ping=ping,
            run=self.run,
            logs=self.logs,
            env={"PYTHONPATH": str(CHECKOUT), **(env or {})},
            rights=rights,
            stop_signal=stop_signal,
        )
        part.spawn()
        self.started.append(part)
        return part

    def module(self, name: str, module: str, port: int, ping: Ping, *options: str) -> ChildProcess:
        """Start a Python module of this checkout that takes --host and --port."""
        command = [sys.executable, "-m", module, "--host", LOOPBACK, "--port", str(port), *options]
        return self.spawn(name, command, port, ping)

    def redis(self, name: str, port: int) -> ChildProcess:
        """Start a Redis server that keeps nothing on disk."""
        options = {"port": port, "bind": LOOPBACK, "dir": self.run.path, "save": "", "appendonly": "no"}
        words = [word for option, value in options.items() for word in (f"--{option}", str(value))]
        return self.spawn(name, [find_program("redis-server"), *words], port, REDIS_PING)

    def link(self, name: str) -> Link:
        """The entry of a link through the fault proxy; `route` says where it leads."""
        return Link(name, (LOOPBACK, self.port(f"the link to the {name}")))

    def fault_proxy(self) -> ChildProcess:
        """Start the fault proxy; a `Toxiproxy` client at its address routes the links."""
        seed = ("--seed", str(self.seed))
        ping = http_get("/version")
        return self.module("fault proxy", "support.fault_proxy.server", self.port("the fault proxy"), ping, *seed)

    def prepare_postgres(self, name: str) -> "PreparedPostgres":
        """Begin to make an empty database cluster."""
        return PreparedPostgres(self, name)

    def await_ready(self) -> None:
        for part in self.started:
            part.await_ready()


class PreparedPostgres:
    """An empty PostgreSQL cluster in the making."""

    def __init__(self, environment: LocalEnvironment, name: str) -> None:
        self._environment = environment
        self._name = name
        file_name = name.replace(" ", "-")
        self._cluster = PreparedCluster(environment.run.path / file_name, environment.logs / f"{file_name}.log")

    def start(self, port: int) -> ChildProcess:
        """Start the server, once the cluster is there."""
        self._cluster.await_made()
        settings = {
            "listen_addresses": LOOPBACK,
            "unix_socket_directories": "",
            "fsync": "off",
            "shared_buffers": "16MB",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return self._environment.spawn(
            self._name,
            [find_program("postgres"), "-D", str(self._cluster.data), "-p", str(port), *options],
            port,
            POSTGRES_PING,
            rights=self._cluster.rights,
            stop_signal=signal.SIGINT,  # a fast shutdown; at SIGTERM it would wait until its last client has left
        )


@contextmanager
def local_environment(logs: Path, seed: int) -> Iterator[LocalEnvironment]:
    """Ends every part, and removes the run's folder, on leaving."""
    logs.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        run = RunDirectory()
        stack.callback(run.remove)
        environment = LocalEnvironment(run, logs, seed, stack)
        stack.callback(end_all, environment.started)
        yield environment
