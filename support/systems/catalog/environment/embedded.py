"""The catalog system as child processes on loopback: real Redis, real PostgreSQL, our stand-ins, our fault proxy."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from support.core.addresses import LOOPBACK, url
from support.core.checkout import CHECKOUT
from support.core.settings import Settings
from support.environments.memory_limits import MemoryGroup
from support.environments.mounts import why_no_mounts
from support.environments.parts import Link, Part
from support.environments.ports import ReservedPort
from support.environments.processes import ChildProcess, await_exit, end_all
from support.environments.programs import candidate_command, dying_with_parent, find_program, unprivileged_postgres
from support.environments.run_directory import RunDirectory
from support.fault_proxy.client import Toxiproxy
from support.probes.pings import POSTGRES_PING, REDIS_PING, Ping, http_get
from support.systems.catalog.environment.fresh_start import Renewal, reloads
from support.systems.catalog.environment.site import PROVIDER_KEY, Site
from support.systems.catalog.environment.topology import LINKS, MoreCatalogs, assemble, lay, surroundings
from support.systems.catalog.settings import CatalogSettings
from support.systems.catalog.targets import CATALOG, DATABASE, PROVIDER, SAVED_COPY

if TYPE_CHECKING:
    from support.core.target import Target

NO_GROUP = "no group of processes can be made whose memory is limited: that takes root, and cgroups"


@contextmanager
def embedded_catalog(settings: Settings, logs: Path) -> Iterator[Site]:
    """Start every part at once, wait until each answers its probe, and end all of them on leaving."""
    logs.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        run = RunDirectory()
        stack.callback(run.remove)
        starter = _Starter(settings, logs, run, stack)
        stack.callback(end_all, starter.started)
        yield starter.start()


class _Starter:
    """Holds what the steps of starting share."""

    def __init__(self, settings: Settings, logs: Path, run: RunDirectory, stack: ExitStack) -> None:
        self._settings = settings
        self._logs = logs
        self._run = run
        self._stack = stack
        self.started: list[ChildProcess] = []

    def start(self) -> Site:
        wanted = self._settings.of(CatalogSettings)
        control = self._port("the fault proxy")
        inbox = self._port("the alert inbox")
        provider = self._port("the provider", wanted.provider_port)
        redis = self._port("the saved copy", wanted.redis_port)
        postgres = self._port("the database", wanted.postgres_port)
        catalog = self._port("the catalog service", wanted.port)
        links = {target: Link(name, (LOOPBACK, self._port("a link"))) for target, name in LINKS.items()}
        memory = self._run.memory_group()
        backup = self._run.path / "backup" / "backup.json"
        backup.parent.mkdir()

        seed = str(self._settings.seed)
        initdb = self._initdb()
        proxy = self._spawn(
            "fault proxy", _python("support.fault_proxy.server", control, "--seed", seed), control, http_get("/version")
        )
        env = surroundings(links, (LOOPBACK, inbox), backup)
        parts: dict[Target, Part] = {
            CATALOG: self._catalog("catalog service", catalog, env, memory),
            PROVIDER: self._spawn(
                "provider",
                _python("support.systems.catalog.standins.provider", provider, "--seed", seed, "--key", PROVIDER_KEY),
                provider,
                http_get("/_control/health"),
            ),
            SAVED_COPY: self._spawn("saved copy", self._redis(redis), redis, REDIS_PING),
        }
        self._spawn("alert inbox", _python("support.standins.inbox", inbox), inbox, http_get("/health"))
        await_exit(initdb, "initdb", self._logs / "database.log")
        parts[DATABASE] = self._spawn(
            "database",
            self._postgres(postgres),
            postgres,
            POSTGRES_PING,
            rights=unprivileged_postgres(),
            stop_signal=signal.SIGINT,  # a fast shutdown; at SIGTERM it would wait until its last client has left
        )
        for part in self.started:
            part.await_ready()
        control_client = Toxiproxy(url("http", proxy.address))
        lay(control_client, links, parts)

        def renew_links() -> None:
            proxy.start()
            lay(control_client, links, parts)

        return assemble(
            backend="embedded",
            lacking={"mount": why_no_mounts(backup.parent), "memory-group": "" if memory else NO_GROUP},
            parts=parts,
            links=links,
            proxy=control_client,
            inbox=(LOOPBACK, inbox),
            backup=backup,
            renew_links=renew_links,
            renew_catalog=Renewal(parts[CATALOG], reloads=reloads(wanted)),
            another_catalog=MoreCatalogs(parts, lambda name, more: self._another_catalog(name, {**env, **more})),
            memory=memory,
        )

    def _catalog(self, name: str, port: int, env: Mapping[str, str], memory: MemoryGroup | None = None) -> ChildProcess:
        command = candidate_command(self._settings.of(CatalogSettings).command)
        command = command or [sys.executable, "-m", "support.systems.catalog.app"]
        return self._spawn(
            name,
            memory.inside(command) if memory else command,
            port,
            http_get("/health/live"),
            env={**env, "CATALOG_HOST": LOOPBACK, "CATALOG_PORT": str(port)},
        )

    @contextmanager
    def _another_catalog(self, name: str, env: Mapping[str, str]) -> Iterator[Part]:
        with ReservedPort(what="another catalog service") as port:
            part = self._catalog(name, port.number, env)
            try:
                part.await_ready()
                yield part
            finally:
                part.kill()
                self.started.remove(part)

    def _port(self, what: str, wanted: int = 0) -> int:
        return self._stack.enter_context(ReservedPort(wanted, what=what)).number

    def _spawn(
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
        part = ChildProcess(
            name,
            argv,
            port=port,
            ping=ping,
            run=self._run,
            logs=self._logs,
            env={"PYTHONPATH": str(CHECKOUT), **(env or {})},
            rights=rights,
            stop_signal=stop_signal,
        )
        part.spawn()
        self.started.append(part)
        return part

    def _redis(self, port: int) -> list[str]:
        options = {"port": port, "bind": LOOPBACK, "dir": self._run.path, "save": "", "appendonly": "no"}
        return [
            find_program("redis-server"),
            *(word for name, value in options.items() for word in (f"--{name}", str(value))),
        ]

    @property
    def _data(self) -> Path:
        return self._run.path / "database"

    def _initdb(self) -> subprocess.Popen[bytes]:
        self._data.mkdir(mode=0o700)
        rights = unprivileged_postgres()
        if rights:
            shutil.chown(self._data, "postgres", "postgres")
        command = [find_program("initdb"), "-D", str(self._data)]
        options = ["-A", "trust", "-U", "postgres", "-N", "--no-instructions", "-E", "UTF8", "--locale=C.UTF-8"]
        with (self._logs / "database.log").open("wb") as log:
            return subprocess.Popen(
                dying_with_parent([*command, *options], rights=rights),
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=self._run.path,
            )

    def _postgres(self, port: int) -> list[str]:
        settings = {
            "listen_addresses": LOOPBACK,
            "unix_socket_directories": "",
            "fsync": "off",
            "shared_buffers": "16MB",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [find_program("postgres"), "-D", str(self._data), "-p", str(port), *options]


def _python(module: str, port: int, *options: str) -> list[str]:
    return [sys.executable, "-m", module, "--host", LOOPBACK, "--port", str(port), *options]
