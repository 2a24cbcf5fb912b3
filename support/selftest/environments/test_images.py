"""All topologies together, and the images that it names; without a container engine."""

import json
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
import yaml

from support.core.checkout import CHECKOUT
from support.environments import compose
from support.environments.images import base
from support.environments.images.recipes import BASE, Recipe, recipes
from support.systems.assistant.app.settings import read_settings as read_assistant_settings
from support.systems.catalog.app.settings import read_settings as read_catalog_settings
from support.systems.infrastructure.programs import etcd as etcd_program
from support.systems.registry import systems


def every_recipe():
    return recipes(recipe for system in systems() for recipe in system.images())


@pytest.fixture(scope="module")
def described():
    return compose.all_services({})


@pytest.fixture(params=["", "Go is missing"], ids=["Toxiproxy", "our own"])
def toxiproxy(monkeypatch, request):
    """With Toxiproxy, and with the fault proxy that replaces it."""
    monkeypatch.setattr("support.environments.images.toxiproxy.lacking", lambda: request.param)


def test_people_get_every_system_by_one_file():
    included = yaml.safe_load(compose.FILE.read_text())["include"]
    assert included == [str(path.relative_to(CHECKOUT)) for path in sorted(CHECKOUT.glob(compose.TOPOLOGIES))]


def test_every_service_has_an_image_and_a_health_check(described):
    assert [
        name for name, service in described.items() if not (service.get("image") and service["healthcheck"]["test"])
    ] == []


def test_every_image_has_a_version(described):
    assert [service["image"] for service in described.values() if service["image"].count(":") != 1] == []


def test_etcd_is_built_in_the_version_that_is_named(described):
    version = described["etcd-1"]["image"].rpartition(":")[2]
    assert f"go.etcd.io/etcd/server/v3 {version}\n" in (etcd_program.HOME / "go.mod").read_text()


def test_a_private_registry_is_put_before_every_image():
    private = compose.all_services({compose.PREFIX: "registry.example.org/mirror/"})
    assert all(service["image"].startswith("registry.example.org/mirror/") for service in private.values())
    assert private["catalog"]["build"]["args"] == {"IMAGE_PREFIX": "registry.example.org/mirror/"}


def test_ports_are_open_on_loopback_only(described):
    assert all(port.startswith("127.0.0.1:") for service in described.values() for port in service["ports"])


def test_the_references_accept_their_environments(described):
    catalog = read_catalog_settings(described["catalog"]["environment"])
    assistant = read_assistant_settings(described["assistant"]["environment"])
    assert (catalog.host, catalog.keep_backup) == ("0.0.0.0", True)
    assert (assistant.host, assistant.preset) == ("0.0.0.0", "development")


@pytest.mark.parametrize(
    ("system", "proxy", "behind"),
    [
        (
            "catalog",
            "fault-proxy",
            {"PROVIDER_URL": "provider", "REDIS_URL": "saved-copy", "DATABASE_URL": "database"},
        ),
        ("assistant", "assistant-fault-proxy", {"AI_URL": "ai-service", "REDIS_URL": "store"}),
    ],
)
def test_a_reference_reaches_what_it_depends_on_through_the_fault_proxy(described, system, proxy, behind):
    path = compose.topology_of(system).parent / "links.json"
    links = {link["listen"].rpartition(":")[2]: link for link in json.loads(path.read_text())}
    for variable, service in behind.items():
        address = urlsplit(described[system]["environment"][f"{system.upper()}_{variable}"])
        assert address.hostname == proxy
        link = links.pop(str(address.port))
        assert (link["name"], link["upstream"].partition(":")[0]) == (service, service)
        assert described[service]["ports"][0].rpartition(":")[2] == link["upstream"].rpartition(":")[2]
    assert links == {}


@pytest.mark.parametrize(
    ("system", "variable", "service"),
    [("catalog", "CATALOG_PROVIDER_KEY", "provider"), ("assistant", "ASSISTANT_AI_KEY", "ai-service")],
)
def test_a_standin_accepts_the_key_that_the_reference_sends(described, system, variable, service):
    words = described[service]["command"]
    assert described[system]["environment"][variable] == words[words.index("--key") + 1]


@pytest.mark.usefixtures("toxiproxy")
def test_every_image_can_be_built_after_its_base_image(described):
    known = [recipe.name for recipe in every_recipe()]
    assert {service["image"] for service in described.values()} <= set(known)
    for place, recipe in enumerate(every_recipe()):
        assert recipe.base in {"", BASE, *known[:place]}
        assert recipe.dockerfile.exists()


def test_an_image_is_outdated_when_any_of_its_files_has_changed(tmp_path, monkeypatch):
    monkeypatch.setattr("support.environments.images.recipes.CHECKOUT", tmp_path)
    (tmp_path / "Dockerfile").write_text("FROM x\nCOPY app/ config /srv/\n")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "main.py").write_text("1")
    (tmp_path / "unused").write_text("1")
    recipe = Recipe("name", "x", "what", tmp_path / "Dockerfile", tmp_path)
    first = recipe.key("base")
    (tmp_path / "unused").write_text("2")
    assert recipe.key("base") == first
    assert recipe.key("another base") != first
    (tmp_path / "app" / "main.py").write_text("2")
    assert recipe.key("base") != first


def test_the_base_image_uses_the_package_sources_of_apt():
    first, *_ = base.ingredients().splitlines()
    kind, address, release, part = first.split()
    assert (kind, release, part) == ("deb", "bookworm", "main")
    assert address.startswith("http")


def build_images(*words, **environment):
    command = [sys.executable, "-m", "support.gate", "images", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False, env=environment)


@pytest.mark.parametrize(
    ("words", "host", "sentence"),
    [
        (["--now"], "", "unknown argument '--now'; `./accept images` takes no arguments"),
        ([], "unix:///nowhere.sock", "no container engine answers at unix:///nowhere.sock; install and start one"),
        ([], "tcp://127.0.0.1:9", "the container engine at tcp://127.0.0.1:9 is not on this machine"),
        ([], "nonsense://x", "the container engine at nonsense://x is not on this machine"),
    ],
)
def test_an_error_is_reported_in_one_sentence(words, host, sentence):
    ended = build_images(*words, DOCKER_HOST=host)
    assert ended.returncode == 64
    assert sentence in ended.stderr
    assert ended.stderr.count("\n") == 1
