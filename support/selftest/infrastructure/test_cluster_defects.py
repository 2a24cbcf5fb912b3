"""Mistakes in the set-up of clusters: each changes something that there is, and breaks a requirement that there is."""

from dataclasses import fields
from pathlib import Path

import pytest

from support.core.errors import UsageError
from support.gate.selection.register import load_register
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.defects import DEFECTS, config_with_defect

REGISTER = load_register(Path())


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=lambda defect: defect.name)
def test_a_defect_differs_from_the_sound_set_up_and_says_what_it_breaks(defect):
    changed = config_with_defect(defect.name)

    assert changed != ClusterConfig()
    assert defect.breaks
    assert set(defect.breaks) <= set(REGISTER)


def test_every_requirement_of_clusters_that_is_proven_has_a_defect_that_breaks_it():
    features = "\n".join(path.read_text() for path in Path("features/infrastructure").glob("*.feature"))
    proven = {name for name in REGISTER if f"@{name}" in features.replace("\n", " ").split()}
    broken = {name for defect in DEFECTS.values() for name in defect.breaks}

    assert proven - broken == set()


def test_every_value_of_the_set_up_can_be_a_mistake():
    changed = {name for defect in DEFECTS.values() for name in defect.changes}

    assert {field.name for field in fields(ClusterConfig)} == changed


def test_an_unknown_mistake_is_told_with_those_that_are_known():
    with pytest.raises(UsageError, match=r"no infrastructure defect 'typo'; known are .*etcd-with-two-members"):
        config_with_defect("typo")
