"""The catalog system as child processes on loopback: real Redis, real PostgreSQL, our stand-ins, our fault proxy."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import requests

from support.backends.memory import MemoryGroup
from support.backends.mounts import why_no_mounts
from support.backends.pings import POSTGRES, REDIS, Ping, http_get
from support.backends.ports import LOOPBACK, ReservedPort
from support.backends.process import ChildProcess, await_helper, end_all
from support.backends.programs import candidate_command, dies_with_us, find_program, unprivileged_postgres
from support.backends.rundir import RunDirectory
from support.backends.site import PROVIDER_KEY, Link, Part, Site
from support.eventually import eventually
from support.faults.model import Target
from support.settings import Settings

RELOAD = timedelta(seconds=3)
CHECKOUT = Path(__file__).resolve().parents[2]

# Timings of the service under test, short enough to be waited out. A candidate gets the same (its contract.md).
TIMINGS = {
    "CATALOG_ATTEMPTS": "4",
    "CATALOG_CONNECT_TIMEOUT_S": "0.3",
    "CATALOG_READ_TIMEOUT_S": "0.3",
    "CATALOG_BACKOFF_FIRST_S": "0.1",
    "CATALOG_BACKOFF_CAP_S": "0.3",
    "CATALOG_BACKOFF_JITTER_S": "0.1",
    "CATALOG_PATIENCE_S": "0.5",
    "CATALOG_FRESH_FOR_S": "60",
    "CATALOG_RECHECK_AFTER_S": "0.3",
    "CATALOG_CACHE_LIFE_DAYS": "30",
    "CATALOG_SYNC_EVERY_S": "0",
    "CATALOG_CACHE_TIMEOUT_S": "0.2",
    "CATALOG_DATABASE_TIMEOUT_S": "1",
    "CATALOG_LOCK_LEASE_S": "2",
}


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
        wanted = self._settings
        control = self._port("the fault proxy")
        inbox = self._port("the alert inbox")
        provider = self._port("the provider", wanted.provider_port)
        redis = self._port("the saved copy", wanted.redis_port)
        postgres = self._port("the database", wanted.postgres_port)
        catalog = self._port("the catalog service", wanted.catalog_port)
        links = {
            Target.PROVIDER: Link("provider", self._port("a link")),
            Target.SAVED_COPY: Link("saved-copy", self._port("a link")),
            Target.DATABASE: Link("database", self._port("a link")),
        }
        memory = self._run.memory_group()
        backup = self._run.path / "backup" / "backup.json"
        backup.parent.mkdir()

        seed = str(wanted.seed)
        initdb = self._initdb()
        proxy = self._spawn(
            "fault proxy", _python("support.faults.proxy", control, "--seed", seed), control, http_get("/version")
        )
        surroundings = TIMINGS | {
            "CATALOG_HOST": LOOPBACK,
            "CATALOG_PROVIDER_URL": f"http://{LOOPBACK}:{links[Target.PROVIDER].entry}/v2.4",
            "CATALOG_PROVIDER_KEY": PROVIDER_KEY,
            "CATALOG_REDIS_URL": f"redis://{LOOPBACK}:{links[Target.SAVED_COPY].entry}/0",
            "CATALOG_DATABASE_URL": f"postgresql://postgres@{LOOPBACK}:{links[Target.DATABASE].entry}/postgres",
            "CATALOG_BACKUP_FILE": str(backup),
            "CATALOG_ALERT_URL": f"http://{LOOPBACK}:{inbox}/alerts",
        }
        parts = {
            Target.CATALOG: self._catalog(catalog, surroundings, memory=memory),
            Target.PROVIDER: self._spawn(
                "provider",
                _python("support.standins.provider", provider, "--seed", seed, "--key", PROVIDER_KEY),
                provider,
                http_get("/_control/health"),
            ),
            Target.SAVED_COPY: self._spawn("saved copy", self._redis(redis), redis, REDIS),
        }
        answering_inbox = self._spawn(
            "alert inbox", _python("support.standins.inbox", inbox), inbox, http_get("/health")
        )
        await_helper(initdb, "initdb", self._logs / "database.log")
        parts[Target.DATABASE] = self._spawn(
            "database",
            self._postgres(postgres),
            postgres,
            POSTGRES,
            rights=unprivileged_postgres(),
            stop_signal=signal.SIGINT,  # a fast shutdown; at SIGTERM it would wait until its last client has left
        )
        for part in (proxy, answering_inbox, *parts.values()):
            part.await_ready()
        proxy_url = f"http://{LOOPBACK}:{control}"
        _lay(links, parts, proxy_url)

        def renew_links() -> None:
            proxy.start()
            _lay(links, parts, proxy_url)

        return Site(
            backend="embedded",
            lacking={name: why for name, why in _lacking(backup.parent, memory).items() if why},
            parts=parts,
            links=links,
            proxy_url=proxy_url,
            provider_url=f"http://{LOOPBACK}:{provider}",
            inbox_url=f"http://{LOOPBACK}:{inbox}",
            redis_url=f"redis://{LOOPBACK}:{redis}/0",
            database_url=f"postgresql+psycopg://postgres@{LOOPBACK}:{postgres}/postgres",
            backup_file=backup,
            catalog_url=f"http://{LOOPBACK}:{catalog}",
            renew_links=renew_links,
            renew_catalog=self._renewal(parts[Target.CATALOG], f"http://{LOOPBACK}:{catalog}/health/live"),
            another_catalog=lambda env: self._another_catalog(parts, {**surroundings, **env}),
            memory=memory,
        )

    def _catalog(
        self, port: int, env: Mapping[str, str], name: str = "catalog service", memory: MemoryGroup | None = None
    ) -> ChildProcess:
        command = candidate_command(self._settings.catalog_command)
        command = command or [sys.executable, "-m", "support.systems.catalog"]
        return self._spawn(
            name,
            memory.inside(command) if memory else command,
            port,
            http_get("/health/live"),
            env={**env, "CATALOG_PORT": str(port)},
        )

    @contextmanager
    def _another_catalog(self, parts: dict[Target, ChildProcess], env: Mapping[str, str]) -> Iterator[Part]:
        number = 2 + sum(part.name.startswith("catalog service ") for part in self.started)
        with ReservedPort(what="another catalog service") as port:
            part = self._catalog(port.number, env, f"catalog service {number}")
            if number == 2:
                parts[Target.SECOND_CATALOG] = part
            try:
                part.await_ready()
                yield part
            finally:
                part.kill()
                self.started.remove(part)
                if number == 2:
                    del parts[Target.SECOND_CATALOG]

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
                dies_with_us([*command, *options], rights=rights),
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

    def _renewal(self, part: ChildProcess, live_url: str) -> "_Renewal":
        return _Renewal(part, live_url, can_reload=not self._settings.catalog_command)


class _Renewal:
    """Gives the service a fresh start between scenarios: by SIGHUP, which the reference answers in milliseconds."""

    def __init__(self, part: ChildProcess, live_url: str, *, can_reload: bool) -> None:
        self._part = part
        self._live_url = live_url
        self._can_reload = can_reload

    def __call__(self) -> None:
        if not (self._can_reload and self._part.alive and not self._part.changed):
            self._part.kill()
            self._part.start()
            return
        before = self._started_at()
        self._part.send(signal.SIGHUP)

        def check() -> None:
            assert self._started_at() != before, "the catalog service has not reloaded after SIGHUP"

        eventually(check, within=RELOAD, every=0.002)

    def _started_at(self) -> str:
        try:
            return str(requests.get(self._live_url, timeout=1).json()["started_at"])
        except (requests.RequestException, ValueError, KeyError) as trouble:
            raise AssertionError(f"the catalog service does not say when it started: {trouble}") from None


def _lacking(folder: Path, memory: MemoryGroup | None) -> dict[str, str]:
    no_group = (
        "" if memory else "no group of processes can be made whose memory is limited: that takes root, and cgroups"
    )
    return {"mount": why_no_mounts(folder), "memory-group": no_group}


def _lay(links: Mapping[Target, Link], parts: Mapping[Target, Part], proxy_url: str) -> None:
    wanted = [
        {
            "name": link.proxy,
            "listen": f"{LOOPBACK}:{link.entry}",
            "upstream": f"{LOOPBACK}:{parts[target].port}",
            "enabled": True,
        }
        for target, link in links.items()
    ]
    requests.post(f"{proxy_url}/populate", json=wanted, timeout=3).raise_for_status()


def _python(module: str, port: int, *options: str) -> list[str]:
    return [sys.executable, "-m", module, "--host", LOOPBACK, "--port", str(port), *options]
