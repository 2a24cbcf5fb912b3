"""All topologies together, and the images that it names; without a container engine."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from support.core.checkout import CHECKOUT
from support.environments import compose
from support.environments.images import base
from support.environments.images.recipes import BASE, Recipe, recipes
from support.systems.catalog.app.settings import read_settings
from support.systems.infrastructure.programs import etcd as etcd_program
from support.systems.registry import systems

LINKS = Path("support/systems/catalog/links.json")


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


def test_the_catalog_accepts_its_environment(described):
    settings = read_settings(described["catalog"]["environment"])
    assert (settings.host, settings.keep_backup) == ("0.0.0.0", True)


def test_the_catalog_reaches_what_it_depends_on_through_the_fault_proxy(described):
    settings = read_settings(described["catalog"]["environment"])
    links = {link["listen"].rpartition(":")[2]: link for link in json.loads(LINKS.read_text())}
    for url, service in (
        (settings.provider_url, "provider"),
        (settings.redis_url, "saved-copy"),
        (settings.database_url, "database"),
    ):
        host, _, port = url.partition("://")[2].rpartition("@")[2].partition("/")[0].partition(":")
        assert host == "fault-proxy"
        assert (links[port]["name"], links[port]["upstream"].partition(":")[0]) == (service, service)
        assert described[service]["ports"][0].rpartition(":")[2] == links[port]["upstream"].rpartition(":")[2]


def test_the_provider_accepts_the_catalogs_key(described):
    words = described["provider"]["command"]
    assert described["catalog"]["environment"]["CATALOG_PROVIDER_KEY"] == words[words.index("--key") + 1]


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
