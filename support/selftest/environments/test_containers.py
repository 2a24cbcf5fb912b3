"""Containers and networks of a run are removed at its end, also if the run or the engine is killed; other runs are left alone."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from testcontainers.core.network import Network

from support.core.checkout import CHECKOUT
from support.core.errors import UsageError
from support.core.eventually import patiently
from support.core.settings import Settings, read_settings
from support.environments.cleanup import clear
from support.environments.container_engine import demand_engine, engine_address, labelled
from support.environments.container_marks import RUN, marks, remove_marked
from support.environments.images.present import demand_images
from support.environments.run_directory import RunDirectory
from support.systems.catalog.environment.topology import described_services
from support.systems.infrastructure.backend import images as cluster_images

SOON = timedelta(seconds=60)
ONE = ("features/harness/part_faults.feature", "--name", "The saved copy freezes")
TWO_WORKERS = ("--workers", "2", "features/harness/part_faults.feature", "features/harness/link_faults.feature")
CLUSTERS = ("features/infrastructure/cut_off_applications.feature",)


@pytest.fixture(autouse=True)
def images():
    """By the names that docker-compose.yml has for them, where there is an engine that has them."""
    settings = read_settings({}, {})
    asked = Settings(image_prefix=settings.image_prefix)
    named = [entry["image"] for entry in described_services(asked).values()]
    named += cluster_images(asked, ["etcd", "redis"]).values()
    try:
        demand_engine()
        demand_images(settings.image_prefix, named)
    except UsageError as reason:
        pytest.skip(str(reason))


@pytest.fixture
def home(monkeypatch):
    with tempfile.TemporaryDirectory(prefix="hf") as folder:
        Path(folder).chmod(0o711)
        monkeypatch.setattr("tempfile.tempdir", folder)
        yield Path(folder)


def ours(home):
    """The runs under *home* of which the engine has containers or networks."""
    every = [entry for kind in ("containers", "networks") for entry in labelled(kind, RUN)]
    return [entry["Labels"][RUN] for entry in every if entry["Labels"][RUN].startswith(str(home))]


def start(home, *options, **environment):
    return subprocess.Popen(
        [sys.executable, "-m", "support.gate", "run", "-D", "backend=containers", "-D", "report=no", *options],
        cwd=CHECKOUT,
        env={**os.environ, "TMPDIR": str(home), "HOLDFAST_RESULTS": str(home / "results"), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def in_the_middle(home, event):
    def check():
        journal = home / "results" / "journal.jsonl"
        assert journal.exists()
        assert f'"{event}"' in journal.read_text()

    patiently(check, within=SOON)


def test_nothing_is_left_of_a_finished_run(home):
    run = start(home, *ONE)
    output, _ = run.communicate(timeout=240)

    assert (run.returncode, ours(home)) == (0, []), output


@pytest.mark.parametrize("asked", [ONE, TWO_WORKERS, CLUSTERS])
def test_the_next_start_removes_what_a_killed_run_has_left(home, asked):
    run = start(home, *asked)
    in_the_middle(home, "fault-felt")
    processes = [psutil.Process(run.pid), *psutil.Process(run.pid).children(recursive=True)]
    for process in processes:
        process.kill()
    run.wait()
    psutil.wait_procs(processes, timeout=20)  # they hold the lock of their folder until they have ended
    assert ours(home)

    messages = clear()

    assert [message for message in messages if "an earlier run was killed: removed " in message]
    assert ours(home) == []
    assert list(home.glob("holdfast-*/run-*")) == []


def test_a_taken_port_is_reported_and_nothing_is_left(home):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = start(home, *ONE, "-D", f"redis_port={port}")
        output, _ = run.communicate(timeout=240)

    assert (run.returncode, ours(home)) == (64, []), output
    assert f"port {port} for saved-copy is not available" in output
    assert "Traceback" not in output


@pytest.mark.parametrize(("asked", "part"), [(ONE, "catalog"), (CLUSTERS, "etcd")])
def test_a_missing_image_is_reported_and_nothing_is_left(home, asked, part):
    run = start(home, *asked, "-D", f"{part}_image=holdfast/missing:rc1")
    output, _ = run.communicate(timeout=240)

    assert (run.returncode, ours(home)) == (64, []), output
    assert "the image holdfast/missing:rc1 is not present, and the engine finds it in no registry" in output
    assert "Traceback" not in output


def test_the_engine_stops_during_a_run(home):
    with Relay(home / "engine.sock") as relay:
        run = start(home, *ONE, DOCKER_HOST=f"unix://{relay.path}")
        in_the_middle(home, "fault-felt")
    output, _ = run.communicate(timeout=240)

    verdict = json.loads((home / "results" / "verdict.json").read_text())
    assert (run.returncode, verdict["verdict"]) == (3, "broken")
    assert "has stopped answering" in output
    clear()
    assert ours(home) == []


def test_a_run_that_is_alive_is_left_alone(home):
    alive, dead = RunDirectory(), RunDirectory()
    try:
        for run in (alive, dead):
            Network(docker_network_kw={"labels": marks(run.path)}).create()
        dead.remove()
        clear()
        assert ours(home) == [str(alive.path)]
    finally:
        remove_marked(alive.path)
        alive.remove()


class Relay:
    """Relays connections to the engine; at the end of the `with` block the engine is unreachable for its clients."""

    def __init__(self, path):
        self.path = path
        self._sockets = [socket.socket(socket.AF_UNIX)]

    def __enter__(self):
        self._sockets[0].bind(str(self.path))
        self._sockets[0].listen(64)
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self):
        with suppress(OSError):
            while True:
                client, _ = self._sockets[0].accept()
                engine = socket.socket(socket.AF_UNIX)
                engine.connect(engine_address().removeprefix("unix://"))
                self._sockets += [client, engine]
                for pair in ((client, engine), (engine, client)):
                    threading.Thread(target=self._pump, args=pair, daemon=True).start()

    def _pump(self, source, target):
        with suppress(OSError):
            while piece := source.recv(65536):
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
