"""Damages stored data, and detects damage independently of the service's own check."""

import json
import re
from decimal import Decimal
from typing import Any

import msgspec

from support.faults.model import Fault
from support.systems.catalog.data.saved_copy import checksum_matches, with_checksum
from support.systems.catalog.faults import Damage, DamagedData

DAMAGED_BYTES = b'{"bundles": [{"name": "esim_EU_5\x00\xff\xfe'  # truncated within a name, and not UTF-8
_PRICE = re.compile(rb'("price": ?)"[0-9.]+"')
_DAMAGED_PRICE = Decimal("1.00")  # no source quotes it: an answer with this price served damaged data


def apply_fault(stored: bytes, fault: Fault) -> bytes | list[bytes]:
    """*stored* as *fault* leaves it. Some kinds of damage do not change data without bundles."""
    how = fault.how if isinstance(fault, DamagedData) else Damage.GARBAGE
    if how is Damage.OTHER_KIND:
        return [b"esim_EU_5GB_30D"]
    if how is Damage.GARBAGE or b'"bundles"' in stored:
        return damaged(stored, how)
    return stored


def damaged(stored: bytes, how: Damage) -> bytes:
    """*stored* (a saved copy or a backup), damaged."""
    match how:
        case Damage.HALF:
            return stored[: len(stored) // 2]
        case Damage.ALTERED:
            return _PRICE.sub(rb'\1"%s"' % str(_DAMAGED_PRICE).encode(), stored)
        case Damage.MISTYPED:
            content = json.loads(stored)
            bundles = [offer | {"price": float(_DAMAGED_PRICE)} for offer in content["bundles"]]
            return with_checksum(content, bundles).encode()
        case _:
            return DAMAGED_BYTES


def detect_damage(stored: bytes) -> Damage | None:
    """How *stored* is damaged; None if it is valid or holds no bundles."""
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
        valid = checksum_matches(stored)
    except (ValueError, msgspec.DecodeError):
        return Damage.HALF
    return None if valid else Damage.ALTERED
