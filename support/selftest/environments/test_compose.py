"""What is read from the topologies of the systems."""

from dataclasses import fields
from pathlib import Path

import pytest

from support.core.checkout import CHECKOUT
from support.core.settings import Settings
from support.environments.compose import HELPERS, TOPOLOGIES, needed, services, topology_of
from support.environments.parts import Link
from support.systems.assistant.environment import topology as assistant_topology
from support.systems.assistant.settings import AssistantSettings
from support.systems.catalog.environment.site import PROVIDER_KEY
from support.systems.catalog.environment.topology import described_services
from support.systems.catalog.settings import CatalogSettings
from support.systems.infrastructure.addresses import SERVICES
from support.systems.infrastructure.backend import HOSTS, images
from support.systems.infrastructure.settings import InfrastructureSettings
from support.systems.infrastructure.targets import TARGETS

CATALOG = topology_of("catalog")


def test_a_variable_is_filled_in_or_has_its_default():
    assert services(CATALOG, {})["saved-copy"]["image"] == "redis:7"
    assert services(CATALOG, {"HOLDFAST_IMAGE_PREFIX": "mirror/"})["saved-copy"]["image"] == "mirror/redis:7"


def test_dependencies_are_followed_recursively():
    described = {"a": {"depends_on": {"b": {}}}, "b": {"depends_on": ["c"]}, "c": {}, "d": {}}

    assert set(needed(described, "a")) == {"a", "b", "c"}


def test_a_candidate_takes_the_place_of_the_image_that_is_named_there():
    found = described_services(Settings(image_prefix="mirror/", systems=(CatalogSettings(image="mine:1"),)))

    assert found["catalog"]["image"] == "mine:1"
    assert found["database"]["image"] == "mirror/postgres:15"


@pytest.mark.parametrize("kind", [CatalogSettings, AssistantSettings])
def test_every_service_has_a_setting_for_its_image(kind):
    settings = kind(**dict.fromkeys(("image", *kind.IMAGES), "mine:1"))

    found = {service: settings.image_of(service) for service in services(topology_of(kind.NAME), {})}

    assert found == dict.fromkeys(found, "mine:1")


def test_every_profile_has_a_setting_for_its_image():
    profiles = {name for entry in services(topology_of("infrastructure"), {}).values() for name in entry["profiles"]}

    assert {f"{name}_image" for name in profiles} <= {field.name for field in fields(InfrastructureSettings)}


def test_people_can_run_all_systems_at_once():
    described = [entry for path in CHECKOUT.glob(TOPOLOGIES) for entry in services(path, {}).items()]
    ports = [port.rpartition(":")[0] for _, entry in described for port in entry["ports"]]

    assert len(dict(described)) == len(described)
    assert len(set(ports)) == len(ports)


def test_the_images_of_clusters_are_those_of_their_members_and_of_their_hosts():
    found = images(Settings(systems=(InfrastructureSettings(redis_image="mine:1"),)), ["redis", "mysql"])

    members = [f"{name}-{number}" for name in ("redis", "sentinel") for number in (1, 2, 3)]
    assert found == dict.fromkeys(members, "mine:1") | {"mysql": "mysql:8.0", HOSTS: HELPERS}


def test_every_member_of_a_cluster_has_an_image():
    members = {target.service for target in TARGETS if target.service}

    assert members == set(images(Settings(), list(SERVICES))) - {HOSTS}


def test_the_catalog_has_the_key_that_we_know():
    assert services(CATALOG, {})["catalog"]["environment"]["CATALOG_PROVIDER_KEY"] == PROVIDER_KEY


def test_the_assistant_has_the_keys_that_we_know():
    environment = services(topology_of("assistant"), {})["assistant"]["environment"]
    ours = assistant_topology.service_environment(
        {target: Link(target.service, ("h", 1)) for target in assistant_topology.LINKS}, ("h", 2), Path("d"), Path("c")
    )

    keys = ("ASSISTANT_AI_KEY", "ASSISTANT_API_KEY", "ASSISTANT_ADMIN_KEY")
    assert {name: environment[name] for name in keys} == {name: ours[name] for name in keys}
