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
from support.core.settings import read_settings
from support.environments.choice import choose
from support.environments.container_engine import demand_engine
from support.gate.selection.systems import settings_of
from support.systems.catalog.environment.topology import described_services
from support.systems.catalog.settings import CatalogSettings
from support.systems.infrastructure.backend import choose_backend, demand_containers
from support.systems.registry import systems

UNPRIVILEGED = 65534
KINDS = settings_of(systems())


def chosen_for_the_catalog(**given):
    settings = read_settings({name.replace("__", "."): value for name, value in given.items()}, KINDS, {})
    described = described_services(settings).values()
    return choose(settings, settings.of(CatalogSettings).implied, lambda: [one["image"] for one in described])


def chosen_for_clusters(**given):
    return choose_backend(
        read_settings({name.replace("__", "."): value for name, value in given.items()}, KINDS, {}), ["etcd"]
    )


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
        assert chosen_for_the_catalog().backend == "containers"


def test_no_containers_without_images(engine_at):
    with engine_that_answers(engine_at, has_images=False):
        chosen = chosen_for_the_catalog()

    assert chosen.backend == "embedded"
    assert "there is no image" in chosen.reason
    assert "./accept images" in chosen.reason


def test_no_containers_without_an_engine(engine_at):
    chosen = chosen_for_the_catalog()

    assert chosen.backend == "embedded"
    assert "no container engine answers" in chosen.reason


@pytest.mark.parametrize("about", ['{"OperatingSystem": "Docker Desktop"}', '{"SecurityOptions": ["name=rootless"]}'])
def test_no_containers_that_cannot_be_reached(engine_at, about):
    with engine_that_answers(engine_at, has_images=True, about=about):
        assert "cannot be reached from this machine" in chosen_for_the_catalog().reason


def test_an_engine_that_never_answers_does_not_delay_the_start(engine_at):
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(engine_at))
        silent.listen()
        began = time.monotonic()
        chosen = chosen_for_the_catalog()

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
        ({"catalog__command": "mine"}, "embedded", "required by catalog.command"),
        ({"catalog__image": "mine:1"}, "containers", "required by catalog.image"),
        ({"catalog__url": "http://mine"}, "attached", "required by catalog.url"),
        ({"backend": "containers", "catalog__saved_copy_image": "mine:1"}, "containers", "as requested"),
    ],
)
def test_what_a_setting_demands(settings, backend, reason):
    chosen = chosen_for_the_catalog(**settings)

    assert (chosen.backend, chosen.reason) == (backend, reason)


@pytest.mark.parametrize(
    ("settings", "backend", "reason"),
    [
        ({"backend": "containers"}, "containers", "as requested"),
        ({"infrastructure__etcd_image": "mine:1"}, "containers", "required by infrastructure.etcd_image"),
        (
            {"catalog__command": "mine", "infrastructure__etcd_image": "mine:1"},
            "containers",
            "required by infrastructure.etcd_image",
        ),
        ({"infrastructure__etcd_addr": "127.0.0.1"}, "attached", "tested where they run: ETCD_ADDR=127.0.0.1:2379"),
        (
            {"backend": "embedded", "infrastructure__etcd_addr": "127.0.0.1"},
            "attached",
            "tested where they run: ETCD_ADDR=127.0.0.1:2379",
        ),
    ],
)
def test_what_a_setting_demands_of_clusters(settings, backend, reason):
    chosen = chosen_for_clusters(**settings)

    assert (chosen.backend, chosen.reason) == (backend, reason)


def test_clusters_in_containers_where_an_engine_has_their_images(engine_at):
    with engine_that_answers(engine_at, has_images=True):
        assert chosen_for_clusters().backend == "containers"
    engine_at.unlink()
    with engine_that_answers(engine_at, has_images=False):
        assert chosen_for_clusters().backend == "embedded"


def test_a_mistake_that_containers_cannot_have():
    with pytest.raises(UsageError, match="narrow-line is not available in containers; set backend=embedded"):
        demand_containers(read_settings({"infrastructure.defect": "narrow-line"}, KINDS, {}), ["etcd"])


@pytest.mark.parametrize("settings", [{"backend": "embedded"}, {"infrastructure__etcd_addr": "127.0.0.1"}])
def test_images_of_clusters_that_run_elsewhere_are_refused(settings):
    with pytest.raises(UsageError, match=r"infrastructure\.redis_image needs backend=containers"):
        chosen_for_clusters(infrastructure__redis_image="mine:1", **settings)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"catalog__command": "mine", "catalog__image": "mine:1"},
            "catalog.command and catalog.image contradict each other",
        ),
        ({"backend": "embedded", "catalog__image": "mine:1"}, "catalog.image needs backend=containers"),
        ({"backend": "containers", "catalog__url": "http://mine"}, "catalog.url needs backend=attached"),
    ],
)
def test_settings_that_contradict_each_other(settings, sentence):
    with pytest.raises(UsageError, match=sentence):
        chosen_for_the_catalog(**settings)
