"""Damage that is done to stored data is recognised as the damage that it is, and sound data as sound."""

import json

import pytest

from support.systems.catalog.data.damage import damaged, detect_damage
from support.systems.catalog.data.saved_copy import checksum_matches, with_checksum
from support.systems.catalog.faults import Damage

GOODS = [{"name": "esim_EU_5GB_30D", "description": "Europe 5 GB", "price": "18.00"}]
ENTRY = with_checksum({"version": 1, "failed_groups": [], "checksum": "of an earlier day"}, GOODS).encode()
BACKUP = json.dumps({"saved_at": "2026-01-31T06:00:00Z", "bundles": GOODS}).encode()


@pytest.mark.parametrize("how", [Damage.GARBAGE, Damage.HALF, Damage.ALTERED, Damage.MISTYPED])
def test_damage_is_told_by_its_kind(how):
    assert detect_damage(damaged(ENTRY, how)) is how


@pytest.mark.parametrize("sound", [ENTRY, BACKUP, b"1795231373830000", b""])
def test_sound_data_is_called_sound(sound):
    assert detect_damage(sound) is None


def test_a_seal_fits_the_text_that_it_was_made_for():
    assert checksum_matches(ENTRY)
    assert not checksum_matches(ENTRY.replace(b"18.00", b"18.01"))
    assert json.loads(ENTRY)["bundles"] == GOODS
