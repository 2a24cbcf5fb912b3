"""Damaged data is recognised with its kind of damage, and valid data as valid."""

import json

import pytest

from support.systems.catalog.data.damage import damaged, detect_damage
from support.systems.catalog.data.saved_copy import checksum_matches, with_checksum
from support.systems.catalog.faults import Damage

BUNDLES = [{"name": "esim_EU_5GB_30D", "description": "Europe 5 GB", "price": "18.00"}]
ENTRY = with_checksum({"version": 1, "failed_groups": [], "checksum": "of an earlier day"}, BUNDLES).encode()
BACKUP = json.dumps({"saved_at": "2026-01-31T06:00:00Z", "bundles": BUNDLES}).encode()


@pytest.mark.parametrize("how", [Damage.GARBAGE, Damage.HALF, Damage.ALTERED, Damage.MISTYPED])
def test_each_kind_of_damage_is_recognised(how):
    assert detect_damage(damaged(ENTRY, how)) is how


@pytest.mark.parametrize("valid", [ENTRY, BACKUP, b"1795231373830000", b""])
def test_valid_data_has_no_damage(valid):
    assert detect_damage(valid) is None


def test_a_checksum_matches_only_its_own_text():
    assert checksum_matches(ENTRY)
    assert not checksum_matches(ENTRY.replace(b"18.00", b"18.01"))
    assert json.loads(ENTRY)["bundles"] == BUNDLES
