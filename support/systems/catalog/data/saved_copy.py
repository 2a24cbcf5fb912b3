"""The text of the saved copy, as in the catalog's contract: a head, and bundles with their checksum."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

_parts = msgspec.json.Decoder(dict[str, msgspec.Raw])


def with_checksum(head: Mapping[str, Any], bundles: Sequence[Mapping[str, Any]]) -> str:
    """An entry of *head* and *bundles* with their checksum, which replaces any in *head*."""
    text = json.dumps(bundles, separators=(",", ":"))
    own = {name: value for name, value in head.items() if name not in {"checksum", "bundles"}}
    return json.dumps(own | {"checksum": hashlib.sha256(text.encode()).hexdigest()})[:-1] + f', "bundles": {text}}}'


def checksum_matches(entry: bytes) -> bool:
    """Whether the checksum matches the bytes of the bundles. A backup has no checksum and counts as valid.

    Raises `msgspec.DecodeError` for anything but JSON.
    """
    parts = _parts.decode(entry)
    if "checksum" not in parts:
        return True
    said: object = json.loads(bytes(parts["checksum"]))
    return said == hashlib.sha256(bytes(parts["bundles"])).hexdigest()
