"""A fault proxy in its own process, and sockets on both sides of it."""

import contextlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from support.core.eventually import patiently
from support.environments.images import toxiproxy
from support.environments.ports import ReservedPort
from support.fault_proxy.client import Proxy, Toxiproxy
from support.probes.pings import answers, http_get

TIMEOUT_S = 5.0


@dataclass
class Server:
    """A running proxy server, ours or Toxiproxy's own."""

    process: subprocess.Popen[str]
    api: Toxiproxy
    port: int
    ours: bool = True


@contextlib.contextmanager
def toxiproxy_running() -> Iterator[Server]:
    """Toxiproxy's own server; where it is not available, the test is skipped with the reason."""
    if why_not := toxiproxy.lacking():
        pytest.skip(why_not)
    with ReservedPort(what="Toxiproxy") as port:
        command = [str(toxiproxy.programs() / "toxiproxy"), "--host", "127.0.0.1", "--port", str(port.number)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, text=True) as process:
            api = Toxiproxy(f"http://127.0.0.1:{port.number}")
            try:
                patiently(lambda: answering(port.number), within=timedelta(seconds=10))
                yield Server(process, api, port.number, ours=False)
            finally:
                api.close()
                process.send_signal(signal.SIGKILL)


def answering(port: int) -> None:
    assert answers(port, http_get("/version"))


@contextlib.contextmanager
def running(*, seed: int = 1, port: int = 0, config: Path | None = None) -> Iterator[Server]:
    command = [sys.executable, "-m", "support.fault_proxy.server", "--port", str(port), "--seed", str(seed)]
    command += ["--config", str(config)] if config else []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        host, _, at = process.stdout.readline().removeprefix("ready on ").strip().partition(":")
        api = Toxiproxy(f"http://{host}:{at}")
        try:
            yield Server(process, api, int(at))
        finally:
            api.close()
            process.send_signal(signal.SIGKILL)


def expect_difference(server: Server, request: pytest.FixtureRequest) -> None:
    """A test marked as a known difference must fail against Toxiproxy's own server; otherwise the mark is wrong."""
    if not server.ours and (known := request.node.get_closest_marker("differs")):
        request.applymarker(pytest.mark.xfail(reason=known.args[0], strict=True))


class Line:
    """A proxy named *name* whose upstream is a server socket of the test."""

    def __init__(self, api: Toxiproxy, name: str) -> None:
        self.api = api
        self.name = name
        self.upstream = socket.create_server(("127.0.0.1", 0))
        self.upstream.settimeout(TIMEOUT_S)
        self._sockets = [self.upstream]
        self.state = api.create(name, "127.0.0.1:0", f"127.0.0.1:{self.upstream.getsockname()[1]}")

    @property
    def address(self) -> tuple[str, int]:
        host, _, port = self.state.listen.rpartition(":")
        return host, int(port)

    def now(self) -> Proxy:
        return self.api.proxy(self.name)

    def connect(self, source: str = "127.0.0.1", timeout: float = TIMEOUT_S) -> socket.socket:
        client = socket.create_connection(self.address, timeout, source_address=(source, 0))
        client.settimeout(TIMEOUT_S)
        self._sockets.append(client)
        return client

    def accept(self) -> socket.socket:
        server, _ = self.upstream.accept()
        server.settimeout(TIMEOUT_S)
        self._sockets.append(server)
        return server

    def pair(self, stream: str = "upstream", source: str = "127.0.0.1") -> tuple[socket.socket, socket.socket]:
        """Both ends of a new connection: first the sender of *stream*, then its receiver."""
        client, server = self.connect(source), self.accept()
        return (client, server) if stream == "upstream" else (server, client)

    def close(self) -> None:
        for each in self._sockets:
            each.close()
        self.api.delete(self.name)


def exactly(receiver: socket.socket, size: int) -> bytes:
    """The next *size* bytes; fewer if the connection ends before."""
    parts = []
    while size and (part := receiver.recv(min(size, 1 << 20))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def silent(receiver: socket.socket, seconds: float = 0.15) -> bool:
    """Whether neither bytes nor the end of the stream arrive within *seconds*."""
    receiver.settimeout(seconds)
    try:
        receiver.recv(1, socket.MSG_PEEK)
    except TimeoutError:
        return True
    finally:
        receiver.settimeout(TIMEOUT_S)
    return False


def seconds(action: Callable[[], object]) -> float:
    started = time.monotonic()
    action()
    return time.monotonic() - started
