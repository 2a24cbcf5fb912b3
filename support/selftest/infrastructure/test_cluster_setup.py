"""Mistakes in the set-up of clusters: each changes something that there is, and breaks a requirement that there is."""

from dataclasses import fields
from pathlib import Path

import pytest

from support.core.errors import UsageError
from support.gate.selection.register import load_register
from support.systems.infrastructure.clusters.setup import Setup
from support.systems.infrastructure.defects import MISTAKES, setup_with

REGISTER = load_register(Path())


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=lambda mistake: mistake.name)
def test_a_mistake_differs_from_the_sound_set_up_and_says_what_it_breaks(mistake):
    changed = setup_with(mistake.name)

    assert changed != Setup()
    assert mistake.breaks
    assert set(mistake.breaks) <= set(REGISTER)


def test_every_requirement_of_clusters_that_is_proven_has_a_mistake_that_breaks_it():
    features = "\n".join(path.read_text() for path in Path("features/infrastructure").glob("*.feature"))
    proven = {name for name in REGISTER if f"@{name}" in features.replace("\n", " ").split()}
    broken = {name for mistake in MISTAKES.values() for name in mistake.breaks}

    assert proven - broken == set()


def test_every_value_of_the_set_up_can_be_a_mistake():
    changed = {name for mistake in MISTAKES.values() for name in mistake.changes}

    assert {field.name for field in fields(Setup)} == changed


def test_an_unknown_mistake_is_told_with_those_that_are_known():
    with pytest.raises(UsageError, match=r"no infrastructure defect 'typo'; known are .*etcd-with-two-members"):
        setup_with("typo")
