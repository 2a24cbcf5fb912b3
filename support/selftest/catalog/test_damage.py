"""Damage that is done to stored data is recognised as the damage that it is, and sound data as sound."""

import json

import pytest

from support.systems.catalog.data.damage import damage_in, spoilt
from support.systems.catalog.data.saved_copy import seal_holds, sealed
from support.systems.catalog.faults import Damage

GOODS = [{"name": "esim_EU_5GB_30D", "description": "Europe 5 GB", "price": "18.00"}]
ENTRY = sealed({"version": 1, "failed_groups": [], "checksum": "of an earlier day"}, GOODS).encode()
BACKUP = json.dumps({"saved_at": "2026-01-31T06:00:00Z", "bundles": GOODS}).encode()


@pytest.mark.parametrize("how", [Damage.GARBAGE, Damage.HALF, Damage.ALTERED, Damage.MISTYPED])
def test_damage_is_told_by_its_kind(how):
    assert damage_in(spoilt(ENTRY, how)) is how


@pytest.mark.parametrize("sound", [ENTRY, BACKUP, b"1795231373830000", b""])
def test_sound_data_is_called_sound(sound):
    assert damage_in(sound) is None


def test_a_seal_fits_the_text_that_it_was_made_for():
    assert seal_holds(ENTRY)
    assert not seal_holds(ENTRY.replace(b"18.00", b"18.01"))
    assert json.loads(ENTRY)["bundles"] == GOODS
