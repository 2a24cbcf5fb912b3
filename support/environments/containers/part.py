"""A part that runs in a container: it can be started, killed, frozen and restarted."""

import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import psutil
import requests
from docker.errors import APIError, DockerException
from docker.models.containers import Container
from testcontainers.core.container import DockerContainer

from support.core.addresses import Address
from support.core.errors import BrokenHarnessError, NotEndedError, NotStartedError
from support.core.eventually import patiently
from support.core.processor_time import WATCH, counter_of
from support.environments.containers.engine_errors import explained_engine_errors
from support.environments.containers.host import file_exists
from support.environments.process_tree import signal_tree
from support.environments.processes import LINES_TOLD, last_lines
from support.probes.pings import Ping, seen_instead

START = timedelta(seconds=30)
END_S = 5
SETTLED_S, SETTLE = 0.02, timedelta(seconds=1)
CONFLICT = 409
KILLED = 137  # exit status after SIGKILL


class ContainerPart:
    """One part, at an address of its host container (`host`), which outlives it. Its output goes to its own log.

    *make* creates its container with additional environment variables; the container is kept when the part is killed and restarted.
    """

    def __init__(
        self,
        name: str,
        make: Callable[[Mapping[str, str]], DockerContainer],
        *,
        address: Address,
        ping: Ping,
        logs: Path,
    ) -> None:
        self.name = name
        self.address = address
        self.log = logs / f"{name.replace(' ', '-')}.log"
        self._make = make
        self._ping = ping
        self._container: Container | None = None
        self._first_process: psutil.Process | None = None
        self._changed = False
        self._frozen = False

    @property
    def alive(self) -> bool:
        return self._container is not None and bool(self._state()["Running"])

    @property
    def changed(self) -> bool:
        return self._changed

    @property
    def exit_status(self) -> int | None:
        """How it ended; None while it runs."""
        return None if self.alive else self._state()["ExitCode"]

    @property
    def ended_by_kill(self) -> bool:
        """Whether its last end was by SIGKILL."""
        return self._state()["ExitCode"] == KILLED

    @property
    def pid(self) -> int:
        return int(self._state()["Pid"])

    def spawn(self, env: Mapping[str, str] | None = None) -> None:
        """Start without waiting; *env* is added to the part's environment for this start only."""
        self.kill()
        with explained_engine_errors(self.name):
            if self._container and (env or self._changed):
                self._container.remove(force=True, v=True)
                self._container = None
            self._changed = bool(env)
            if self._container:
                output = self._container.attach(stream=True, logs=False)
                self._container.start()
            else:
                self._container = self._make(env or {}).start().get_wrapped_container()
                output = self._container.attach(stream=True, logs=True)
        threading.Thread(target=self._write_log, args=(output,), daemon=True).start()

    def await_ready(self, within: timedelta = START) -> None:
        def check() -> None:
            if seen := seen_instead(self.address[1], self._ping, host=self.address[0]):
                if not self.alive:
                    raise self._not_started(
                        f"{self.name} could not be started: it ended with exit status {self.exit_status}"
                    )
                raise AssertionError(f"{self.name} does not answer its probe: {seen}")

        try:
            patiently(check, within=within, every=0.01)
        except AssertionError as late:
            raise self._not_started(str(late)) from None
        self._first_process = self._find_first_process()
        if self._first_process and not WATCH.counter:  # what runs in containers is no child of the suite
            WATCH.counter = counter_of(self._first_process.pid)

    def start(self, env: Mapping[str, str] | None = None) -> None:
        self.spawn(env)
        self.await_ready()

    def kill(self) -> None:
        """SIGKILL."""
        if self._container is None:
            return
        killed = self._signal_directly(signal.SIGKILL)
        if self._frozen:
            self.thaw()
        with explained_engine_errors(self.name):
            if not killed:
                with _unless_ended():
                    self._container.kill()
            self._container.wait(timeout=END_S)

    def stop(self) -> None:
        """Stop gracefully; raises `BrokenHarnessError` if the part has not ended within 5 s."""
        with explained_engine_errors(self.name):
            self._known.stop(timeout=END_S)
        if self._state()["ExitCode"] == KILLED:
            raise NotEndedError(f"{self.name} has not ended within {END_S} s of its stop signal")

    def freeze(self) -> None:
        self._signal_directly(signal.SIGSTOP)
        with explained_engine_errors(self.name):
            self._known.pause()
        self._frozen = True

    def thaw(self) -> None:
        self._frozen = False
        with explained_engine_errors(self.name), _unless_ended():
            self._known.unpause()
        self._signal_directly(signal.SIGCONT)

    def _signal_directly(self, number: signal.Signals) -> bool:
        """Send a signal to all of its processes without the engine; returns whether that was possible.

        The engine takes longer to deliver a signal, and an update may have ended by then.
        """
        if self._first_process is None:
            return False
        try:
            signal_tree(self._first_process, number)
        except psutil.Error:
            return False
        return True

    def _find_first_process(self) -> psutil.Process | None:
        """The container's first process, if it is visible in this PID namespace."""
        pid = self.pid
        try:
            ours = pid and str(self._known.id) in Path(f"/proc/{pid}/cgroup").read_text()
            return psutil.Process(pid) if ours else None
        except (OSError, psutil.Error):
            return None

    def remove(self) -> None:
        if self._container:
            with explained_engine_errors(self.name):
                self._container.remove(force=True, v=True)

    def sees(self, path: str) -> bool:
        """Whether the file *path* exists inside."""
        with explained_engine_errors(self.name):
            return file_exists(self._known, path)

    def reload(self) -> None:
        with explained_engine_errors(self.name):
            self._known.kill(signal="SIGHUP")

    def settle_log(self) -> None:
        """The engine delivers output with a delay: wait until nothing has arrived for 20 ms."""
        size, since = -1, 0.0

        def check() -> None:
            nonlocal size, since
            now = self.log.stat().st_size if self.log.exists() else 0
            if now != size:
                size, since = now, time.monotonic()
            assert time.monotonic() - since >= SETTLED_S, "it is still writing"

        with suppress(AssertionError):
            patiently(check, within=SETTLE, every=SETTLED_S / 4)

    def _not_started(self, why: str) -> NotStartedError:
        self.settle_log()
        said = last_lines(self.log, LINES_TOLD)
        told = f"; its last output: {said}" if said else "; it has written nothing"
        return NotStartedError(f"{why}{told}", self.name, self.exit_status, said)

    @property
    def _known(self) -> Container:
        if self._container is None:
            raise BrokenHarnessError(f"{self.name} has not been started")
        return self._container

    def _state(self) -> dict[str, int]:
        with explained_engine_errors(self.name):
            self._known.reload()
        state: dict[str, int] = self._known.attrs["State"]
        return state

    def _write_log(self, output: Iterable[bytes]) -> None:
        with self.log.open("ab", buffering=0) as log, suppress(DockerException, requests.RequestException, OSError):
            for chunk in output:
                log.write(chunk)


@contextmanager
def _unless_ended() -> Iterator[None]:
    """Ignores the conflict error of a container that has ended in the meantime."""
    try:
        yield
    except APIError as error:
        if error.status_code != CONFLICT:
            raise
