"""What is read from the topologies of the systems."""

from dataclasses import fields

import pytest

from support.core.settings import Settings
from support.environments.compose import HELPERS, all_services, needed, services, topology_of
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


@pytest.mark.parametrize(("service", "described"), all_services({}).items())
def test_every_service_or_its_profile_has_a_setting_for_its_image(service, described):
    (name,) = described.get("profiles", [service])
    known = {field.name for kind in (CatalogSettings, InfrastructureSettings) for field in fields(kind)}

    assert ("image" if name == "catalog" else f"{name.replace('-', '_')}_image") in known


def test_the_images_of_clusters_are_those_of_their_members_and_of_their_hosts():
    found = images(Settings(systems=(InfrastructureSettings(redis_image="mine:1"),)), ["redis", "mysql"])

    members = [f"{name}-{number}" for name in ("redis", "sentinel") for number in (1, 2, 3)]
    assert found == dict.fromkeys(members, "mine:1") | {"mysql": "mysql:8.0", HOSTS: HELPERS}


def test_every_member_of_a_cluster_has_an_image():
    members = {target.service for target in TARGETS if target.service}

    assert members == set(images(Settings(), list(SERVICES))) - {HOSTS}


def test_the_catalog_has_the_key_that_we_know():
    assert services(CATALOG, {})["catalog"]["environment"]["CATALOG_PROVIDER_KEY"] == PROVIDER_KEY
