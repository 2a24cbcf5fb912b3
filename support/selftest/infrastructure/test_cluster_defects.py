"""Variants of the infrastructure: each changes the configuration or the code, and is about a requirement that exists."""

from dataclasses import fields
from pathlib import Path

import pytest

from support.core.errors import UsageError
from support.gate.selection.register import load_register
from support.systems.infrastructure import defects
from support.systems.infrastructure.actors.redis_pool import RedisPool
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.defects import DEFECTS, config_with_defect

REGISTER = load_register(Path())


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=lambda defect: defect.name)
def test_a_variant_changes_something_that_exists_and_is_about_known_requirements(defect, monkeypatch):
    patched = []

    def patch(owner, name, replacement):
        patched.append(name)
        monkeypatch.setattr(owner, name, replacement)

    defect.apply(patch)

    assert patched or config_with_defect(defect.name) != ClusterConfig()
    assert defect.story
    assert defect.breaks
    assert {*defect.breaks, *defect.spills} <= set(REGISTER)


def test_no_module_of_variants_is_forgotten():
    files = {path.stem for path in Path(defects.__file__).parent.glob("*.py")} - {"__init__", "registry"}

    assert {module.__name__.rpartition(".")[2] for module in defects.MODULES} == files


def test_a_variant_is_patched_into_the_applications_of_a_run(monkeypatch):
    monkeypatch.setattr(RedisPool, "_ask", RedisPool._ask)  # undone afterwards
    before = RedisPool._ask

    defects.patch_applications("redis-counter-is-read-and-written")

    assert RedisPool._ask is not before


def test_every_requirement_with_scenarios_is_broken_by_a_variant():
    features = "\n".join(path.read_text() for path in Path("features/infrastructure").glob("*.feature"))
    proven = {name for name in REGISTER if f"@{name}" in features.replace("\n", " ").split()}
    broken = {name for defect in DEFECTS.values() if not defect.control for name in defect.breaks}

    assert proven - broken == set()


def test_every_field_of_the_configuration_is_changed_by_a_variant():
    changed = {name for defect in DEFECTS.values() for name in defect.changes}

    assert {field.name for field in fields(ClusterConfig)} == changed


def test_an_unknown_defect_is_refused_with_a_list_of_the_known_ones():
    with pytest.raises(UsageError, match=r"no infrastructure defect 'typo'; known are .*etcd-with-two-members"):
        config_with_defect("typo")
