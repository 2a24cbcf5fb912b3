"""Defects of the infrastructure: each changes the configuration, and breaks a requirement that exists."""

from dataclasses import fields
from pathlib import Path

import pytest

from support.core.errors import UsageError
from support.gate.selection.register import load_register
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.defects import DEFECTS, config_with_defect

REGISTER = load_register(Path())


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=lambda defect: defect.name)
def test_a_defect_changes_the_configuration_and_breaks_known_requirements(defect):
    changed = config_with_defect(defect.name)

    assert changed != ClusterConfig()
    assert defect.breaks
    assert set(defect.breaks) <= set(REGISTER)


def test_every_requirement_with_scenarios_is_broken_by_a_defect():
    features = "\n".join(path.read_text() for path in Path("features/infrastructure").glob("*.feature"))
    proven = {name for name in REGISTER if f"@{name}" in features.replace("\n", " ").split()}
    broken = {name for defect in DEFECTS.values() for name in defect.breaks}

    assert proven - broken == set()


def test_every_field_of_the_configuration_is_changed_by_a_defect():
    changed = {name for defect in DEFECTS.values() for name in defect.changes}

    assert {field.name for field in fields(ClusterConfig)} == changed


def test_an_unknown_defect_is_refused_with_a_list_of_the_known_ones():
    with pytest.raises(UsageError, match=r"no infrastructure defect 'typo'; known are .*etcd-with-two-members"):
        config_with_defect("typo")
