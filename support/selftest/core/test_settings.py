"""Settings: precedence of their sources, validation, and old names."""

import pytest

from support.core.errors import UsageError
from support.core.settings import read_settings
from support.gate.selection.systems import settings_of
from support.systems.catalog.settings import CatalogSettings
from support.systems.infrastructure.settings import InfrastructureSettings
from support.systems.registry import systems

KINDS = settings_of(systems())


def test_the_command_line_overrides_the_environment_and_the_environment_overrides_the_file(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('seed = 1\nbackend = "embedded"\n\n[catalog]\nredis_port = 7001\n')
    environment = {"HOLDFAST_SETTINGS": str(file), "HOLDFAST_SEED": "2", "HOLDFAST_CATALOG_REDIS_PORT": "7002"}

    settings = read_settings({"seed": "3", "AllureFormatter.issue_pattern": "read by Allure"}, KINDS, environment)

    assert (settings.seed, settings.of(CatalogSettings).redis_port, settings.backend) == (3, 7002, "embedded")


def test_a_seed_is_drawn_when_none_is_given():
    drawn = {read_settings({}, KINDS, {}).seed for _ in range(3)}

    assert len(drawn) == 3
    assert 0 not in drawn


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"bakend": "embedded"}, "there is no setting 'bakend'; did you mean backend?"),
        ({"backend": "cloud"}, "backend is 'cloud'; say backend=containers or embedded or attached"),
        ({"seed": "many"}, "seed is 'many'; say a whole number"),
        ({"catalog.port": "70000"}, "catalog.port is 70000; say a port from 1 to 65535, or 0 for any free one"),
        ({"injector": "magic"}, "injector is 'magic'; say injector=real or nothing"),
    ],
)
def test_invalid_input_is_refused_in_one_sentence_with_the_remedy(given, sentence):
    with pytest.raises(UsageError) as refusal:
        read_settings(given, KINDS, {})
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"seed: 42", "is not TOML"),
        (b"\xff\xfe", "is not TOML"),
        (b"[seed]\nx = 1", "there is no setting 'seed.x'"),
        (b"seed = [1]", "say one value, not several"),
        (b"sead = 1", "did you mean seed?"),
    ],
)
def test_a_malformed_file_is_refused(tmp_path, content, said):
    file = tmp_path / "mine.toml"
    file.write_bytes(content)

    with pytest.raises(UsageError) as refusal:
        read_settings({"settings": str(file)}, KINDS, {})
    assert said in str(refusal.value)


def test_a_missing_settings_file_is_refused(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        read_settings({"settings": str(tmp_path / "none.toml")}, KINDS, {})


def test_settings_of_a_system_are_found_under_its_name():
    settings = read_settings(
        {"catalog.url": "http://mine", "infrastructure.defect": "x"}, KINDS, {"ETCD_ADDR": "127.0.0.1"}
    )

    assert settings.of(CatalogSettings).url == "http://mine"
    assert settings.of(InfrastructureSettings).defect == "x"
    assert settings.of(InfrastructureSettings).etcd_addr == "127.0.0.1"
    assert settings.warnings == ()


def test_an_old_name_still_works_with_a_warning():
    settings = read_settings({"catalog_command": "mine"}, KINDS, {"HOLDFAST_REDIS_URL": "redis://127.0.0.1"})

    assert (settings.of(CatalogSettings).command, settings.of(CatalogSettings).redis_url) == (
        "mine",
        "redis://127.0.0.1",
    )
    assert settings.warnings == (
        "the setting redis_url is now called catalog.redis_url; the old name still works",
        "the setting catalog_command is now called catalog.command; the old name still works",
    )
