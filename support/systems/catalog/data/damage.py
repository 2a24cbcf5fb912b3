"""Damages stored data, and tells how stored data is damaged, without a look at the service's own way of telling."""

import json
import re
from decimal import Decimal
from typing import Any

import msgspec

from support.faults.model import Fault
from support.systems.catalog.data.saved_copy import checksum_matches, with_checksum
from support.systems.catalog.faults import Damage, DamagedData

DAMAGED_BYTES = b'{"bundles": [{"name": "esim_EU_5\x00\xff\xfe'  # torn in the middle of a name, and not UTF-8
_PRICE = re.compile(rb'("price": ?)"[0-9.]+"')
_NOBODY_QUOTES = Decimal("1.00")  # who sees this price has seen damaged data


def apply_fault(stored: bytes, fault: Fault) -> bytes | list[bytes]:
    """What a store holds instead of *stored*; of what holds no bundles, some kinds of damage leave everything as it is."""
    how = fault.how if isinstance(fault, DamagedData) else Damage.GARBAGE
    if how is Damage.OTHER_KIND:
        return [b"esim_EU_5GB_30D"]
    if how is Damage.GARBAGE or b'"bundles"' in stored:
        return damaged(stored, how)
    return stored


def damaged(stored: bytes, how: Damage) -> bytes:
    """*stored* (a saved copy, a backup) damaged in one way."""
    match how:
        case Damage.HALF:
            return stored[: len(stored) // 2]
        case Damage.ALTERED:
            return _PRICE.sub(rb'\1"%s"' % str(_NOBODY_QUOTES).encode(), stored)
        case Damage.MISTYPED:
            content = json.loads(stored)
            goods = [offer | {"price": float(_NOBODY_QUOTES)} for offer in content["bundles"]]
            return with_checksum(content, goods).encode()
        case _:
            return DAMAGED_BYTES


def detect_damage(stored: bytes) -> Damage | None:
    """How *stored* is damaged; None where it is sound, or is nothing that holds bundles."""
    if stored == DAMAGED_BYTES:
        return Damage.GARBAGE
    if not stored:
        return None
    try:
        content: Any = json.loads(stored)
        if not isinstance(content, dict) or "bundles" not in content:
            return None
        if any(not isinstance(offer["price"], str) for offer in content["bundles"]):
            return Damage.MISTYPED
        sound = checksum_matches(stored)
    except (ValueError, msgspec.DecodeError):
        return Damage.HALF
    return None if sound else Damage.ALTERED
