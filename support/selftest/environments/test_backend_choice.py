"""The default backend, the backend that settings require, and what is refused; no engine is needed."""

import os
import socket
import tempfile
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer

import pytest

from support.core.errors import UsageError
from support.core.settings import Settings
from support.environments.choice import choose, choose_for_clusters, demand_contained
from support.environments.container_engine import demand_engine

UNPRIVILEGED = 65534


@pytest.fixture
def engine_at(monkeypatch):
    """The socket of the engine, in a folder that every user may enter."""
    with tempfile.TemporaryDirectory(prefix="hf") as folder:
        Path(folder).chmod(0o711)
        place = Path(folder) / "engine.sock"
        monkeypatch.setenv("DOCKER_HOST", f"unix://{place}")
        yield place


class Engine(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True


@contextmanager
def engine_that_answers(place, has_images, about="{}"):
    """A stand-in for an engine that has every image or none, and no registry."""

    class Answers(BaseHTTPRequestHandler):
        def address_string(self):
            return "test"

        def log_message(self, *_words):
            """Quiet."""

        def do_GET(self):
            known = {"/_ping": "OK", "/info": about}
            if has_images and self.path.startswith("/images/"):
                known[self.path] = '{"Id": "sha256:1", "Config": {"Labels": null}}'
            body = known.get(self.path, "no such thing").encode()
            self.send_response(200 if self.path in known else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with Engine(str(place), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


def test_containers_where_an_engine_has_the_images(engine_at):
    with engine_that_answers(engine_at, has_images=True):
        assert choose(Settings()).backend == "containers"


def test_no_containers_without_images(engine_at):
    with engine_that_answers(engine_at, has_images=False):
        chosen = choose(Settings())

    assert chosen.backend == "embedded"
    assert "there is no image" in chosen.reason
    assert "./accept images" in chosen.reason


def test_no_containers_without_an_engine(engine_at):
    chosen = choose(Settings())

    assert chosen.backend == "embedded"
    assert "no container engine answers" in chosen.reason


@pytest.mark.parametrize("about", ['{"OperatingSystem": "Docker Desktop"}', '{"SecurityOptions": ["name=rootless"]}'])
def test_no_containers_that_cannot_be_reached(engine_at, about):
    with engine_that_answers(engine_at, has_images=True, about=about):
        assert "cannot be reached from this machine" in choose(Settings()).reason


def test_an_engine_that_never_answers_does_not_delay_the_start(engine_at):
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(engine_at))
        silent.listen()
        began = time.monotonic()
        chosen = choose(Settings())

    assert "does not answer" in chosen.reason
    assert time.monotonic() - began < 5


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give its rights away and take them back")
def test_an_engine_without_permission(engine_at):
    with socket.socket(socket.AF_UNIX) as engine:
        engine.bind(str(engine_at))
        engine.listen()
        engine_at.chmod(0o600)
        os.seteuid(UNPRIVILEGED)
        try:
            with pytest.raises(
                UsageError, match=r"you have no permission to use the container engine .* join the group docker"
            ):
                demand_engine()
        finally:
            os.seteuid(0)


def test_an_engine_elsewhere(monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "tcp://192.0.2.7:2375")

    with pytest.raises(UsageError, match="is not on this machine"):
        demand_engine()


@pytest.mark.parametrize(
    ("settings", "backend", "reason"),
    [
        ({"backend": "containers"}, "containers", "as requested"),
        ({"catalog_command": "mine"}, "embedded", "required by catalog_command"),
        ({"catalog_image": "mine:1"}, "containers", "required by catalog_image"),
        ({"catalog_url": "http://mine"}, "attached", "required by catalog_url"),
        ({"backend": "containers", "saved_copy_image": "mine:1"}, "containers", "as requested"),
    ],
)
def test_what_a_setting_requires(settings, backend, reason):
    chosen = choose(Settings(**settings))

    assert (chosen.backend, chosen.reason) == (backend, reason)


@pytest.mark.parametrize(
    ("settings", "backend", "reason"),
    [
        ({"backend": "containers"}, "containers", "as requested"),
        ({"etcd_image": "mine:1"}, "containers", "required by etcd_image"),
        ({"catalog_command": "mine", "etcd_image": "mine:1"}, "containers", "required by etcd_image"),
        ({"etcd_addr": "127.0.0.1"}, "attached", "tested where they run: ETCD_ADDR=127.0.0.1:2379"),
        (
            {"backend": "embedded", "etcd_addr": "127.0.0.1"},
            "attached",
            "tested where they run: ETCD_ADDR=127.0.0.1:2379",
        ),
    ],
)
def test_what_a_setting_requires_of_clusters(settings, backend, reason):
    chosen = choose_for_clusters(Settings(**settings), ["etcd"])

    assert (chosen.backend, chosen.reason) == (backend, reason)


def test_clusters_in_containers_where_an_engine_has_their_images(engine_at):
    with engine_that_answers(engine_at, has_images=True):
        assert choose_for_clusters(Settings(), ["etcd"]).backend == "containers"
    engine_at.unlink()
    with engine_that_answers(engine_at, has_images=False):
        assert choose_for_clusters(Settings(), ["etcd"]).backend == "embedded"


def test_a_defect_that_is_not_available_in_containers():
    with pytest.raises(UsageError, match="narrow-line is not available in containers; set backend=embedded"):
        demand_contained(Settings(infrastructure_defect="narrow-line"), ["etcd"])


@pytest.mark.parametrize("settings", [{"backend": "embedded"}, {"etcd_addr": "127.0.0.1"}])
def test_images_of_clusters_that_run_elsewhere_are_refused(settings):
    with pytest.raises(UsageError, match="redis_image needs backend=containers"):
        choose_for_clusters(Settings(redis_image="mine:1", **settings), ["etcd"])


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"catalog_command": "mine", "catalog_image": "mine:1"},
            "catalog_command and catalog_image contradict each other",
        ),
        ({"backend": "embedded", "catalog_image": "mine:1"}, "catalog_image needs backend=containers"),
        ({"backend": "containers", "catalog_url": "http://mine"}, "catalog_url needs backend=attached"),
    ],
)
def test_settings_that_contradict_each_other(settings, sentence):
    with pytest.raises(UsageError, match=sentence):
        choose(Settings(**settings))
