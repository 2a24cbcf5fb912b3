"""Reading docker-compose.yml."""

from dataclasses import fields

import pytest

from support.core.settings import Settings
from support.environments.compose import INBOX, catalog_system, cluster_images, needed, services
from support.environments.parts import PROVIDER_KEY
from support.faults.model import Target
from support.systems.infrastructure.clusters.all import KINDS


def test_a_variable_is_filled_in_or_has_its_default():
    assert services({})["saved-copy"]["image"] == "redis:7"
    assert services({"HOLDFAST_IMAGE_PREFIX": "mirror/"})["saved-copy"]["image"] == "mirror/redis:7"


def test_dependencies_are_followed_recursively():
    described = {"a": {"depends_on": {"b": {}}}, "b": {"depends_on": ["c"]}, "c": {}, "d": {}}

    assert set(needed(described, "a")) == {"a", "b", "c"}


def test_the_image_of_a_candidate_replaces_the_one_in_the_file():
    system = catalog_system(Settings(catalog_image="mine:1", image_prefix="mirror/"))

    assert system["catalog"]["image"] == "mine:1"
    assert system["database"]["image"] == "mirror/postgres:15"


@pytest.mark.parametrize(("service", "described"), services({}).items())
def test_every_service_or_its_profile_has_a_setting_for_its_image(service, described):
    (name,) = described.get("profiles", [service])

    assert f"{name.replace('-', '_')}_image" in {field.name for field in fields(Settings)}


def test_the_images_of_clusters_are_those_of_their_members_and_of_their_hosts():
    images = cluster_images(Settings(redis_image="mine:1"), ["redis", "mysql"])

    members = [f"{name}-{number}" for name in ("redis", "sentinel") for number in (1, 2, 3)]
    assert images == dict.fromkeys(members, "mine:1") | {
        "mysql": "mysql:8.0",
        "alert-inbox": "holdfast/standins:reference",
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_member_of_a_cluster_has_an_image(kind):
    members = {target.name.lower().replace("_", "-") for target in Target if is_of(kind, target)}

    assert members == set(cluster_images(Settings(), [kind])) - {INBOX}


def is_of(kind, target):
    name = target.name.lower()
    return name.startswith(kind) or (kind == "redis" and name.startswith("sentinel"))


def test_the_catalog_has_the_key_of_the_provider_stand_in():
    assert services({})["catalog"]["environment"]["CATALOG_PROVIDER_KEY"] == PROVIDER_KEY
