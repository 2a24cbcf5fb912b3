"""What is read from docker-compose.yml."""

from dataclasses import fields

import pytest

from support.backends.compose import catalog_system, needed, services
from support.backends.site import PROVIDER_KEY
from support.settings import Settings


def test_a_variable_is_filled_in_or_has_its_default():
    assert services({})["saved-copy"]["image"] == "redis:7"
    assert services({"HOLDFAST_IMAGE_PREFIX": "mirror/"})["saved-copy"]["image"] == "mirror/redis:7"


def test_what_something_depends_on_is_needed_in_turn():
    described = {"a": {"depends_on": {"b": {}}}, "b": {"depends_on": ["c"]}, "c": {}, "d": {}}

    assert set(needed(described, "a")) == {"a", "b", "c"}


def test_a_candidate_takes_the_place_of_the_image_that_is_named_there():
    system = catalog_system(Settings(catalog_image="mine:1", image_prefix="mirror/"))

    assert system["catalog"]["image"] == "mine:1"
    assert system["database"]["image"] == "mirror/postgres:15"


@pytest.mark.parametrize("service", services({}))
def test_every_service_has_a_setting_for_its_image(service):
    assert f"{service.replace('-', '_')}_image" in {field.name for field in fields(Settings)}


def test_the_catalog_has_the_key_that_we_know():
    assert services({})["catalog"]["environment"]["CATALOG_PROVIDER_KEY"] == PROVIDER_KEY
