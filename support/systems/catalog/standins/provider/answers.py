"""Turns a good answer into a bad one, as text."""

from typing import Any

import msgspec

from support.systems.catalog.standins.provider.script import (
    InvalidJson,
    MissingFields,
    NotTheEnvelope,
    SomeBundlesCorrupt,
    Spoiled,
    WrongTypes,
)


def spoil(good: bytes, how: Spoiled) -> bytes:
    """Return *good* (a catalogue page, one bundle, or the list of groups, as JSON) with the defect *how*."""
    if isinstance(how, InvalidJson):
        return good[: len(good) // 2]
    document = msgspec.json.decode(good)
    match how:
        case NotTheEnvelope():
            document = {} if isinstance(document, list) else _items(document)
        case WrongTypes():
            for item in _items(document):
                _mistype(item)
        case MissingFields():
            for item in _items(document):
                _strip(item)
        case SomeBundlesCorrupt(one_in):
            for turn, item in enumerate(_items(document)[::one_in]):
                (_strip if turn % 2 else _mistype)(item)
    return msgspec.json.encode(document)


def _items(document: Any) -> list[dict[str, Any]]:
    match document:
        case {"bundles": list(items)} | list(items):
            return items
        case _:
            return [document]


def _mistype(item: dict[str, Any]) -> None:
    if "price" in item:
        item.update(price="free", dataAmount=[item.get("dataAmount")])
    else:
        item["name"] = [item["name"]]


def _strip(item: dict[str, Any]) -> None:
    for field in ("name", "price"):
        item.pop(field, None)
