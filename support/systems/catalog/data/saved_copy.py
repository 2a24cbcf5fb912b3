"""The saved copy as text, as the catalog's contract has it: a head, and the bundles that its checksum is taken over."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

_parts = msgspec.json.Decoder(dict[str, msgspec.Raw])


def with_checksum(head: Mapping[str, Any], goods: Sequence[Mapping[str, Any]]) -> str:
    """An entry with *goods* and the checksum that fits them; what *head* says of either is replaced."""
    text = json.dumps(goods, separators=(",", ":"))
    own = {name: value for name, value in head.items() if name not in {"checksum", "bundles"}}
    return json.dumps(own | {"checksum": hashlib.sha256(text.encode()).hexdigest()})[:-1] + f', "bundles": {text}}}'


def checksum_matches(entry: bytes) -> bool:
    """Whether the checksum fits the bundles as they stand in the text; a backup has none, and none is missed.

    Raises `msgspec.DecodeError` for what is no JSON.
    """
    parts = _parts.decode(entry)
    if "checksum" not in parts:
        return True
    said: object = json.loads(bytes(parts["checksum"]))
    return said == hashlib.sha256(bytes(parts["bundles"])).hexdigest()
