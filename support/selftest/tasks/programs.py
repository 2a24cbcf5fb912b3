"""The server and its store as processes on free ports; each is killed by its id at the end."""

import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta

import requests

from support.core.checkout import CHECKOUT
from support.core.eventually import patiently

STARTS_WITHIN = timedelta(seconds=20)


def closed_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def program(module, *arguments, log, ready, **variables):
    environment = {**os.environ, **{f"TASKS_{name}": str(value) for name, value in variables.items()}}
    command = [sys.executable, "-m", module, *map(str, arguments)]
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=output, stderr=output) as process,
    ):
        try:
            patiently(lambda: _answers(ready), within=STARTS_WITHIN)
            yield process
        finally:
            process.kill()


@contextmanager
def store(folder):
    """The store service, which keeps its data in *folder*: its process and its address."""
    address = f"http://127.0.0.1:{(port := closed_port())}"
    arguments = ("--port", port, "--data", folder / "data")
    with program(
        "support.systems.tasks.programs.qdrant", *arguments, log=folder / "store.log", ready=f"{address}/readyz"
    ) as process:
        yield process, address


@contextmanager
def server(folder, store_url, **variables):
    """The process of the server, and its address without a scheme."""
    port = variables.pop("PORT", None) or closed_port()
    variables = {"PORT": port, "STORE_URL": store_url, "PER_MINUTE": 0, **variables}
    ready = f"http://127.0.0.1:{port}/health/live"
    with program("support.systems.tasks.app.server", log=folder / "server.log", ready=ready, **variables) as process:
        yield process, f"127.0.0.1:{port}"


def _answers(address):
    try:
        assert requests.get(address, timeout=5).ok
    except requests.ConnectionError:
        raise AssertionError(f"{address} does not answer") from None
