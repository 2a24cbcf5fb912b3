"""The provider's own malformed answers: JSON that is well-formed and wrong."""

from typing import Annotated, Any

import msgspec

from support.standins.script import ChangedBody


class WrongTypes(ChangedBody, tag="wrong_types", frozen=True):
    """Every bundle has a text for a price and a list for its data amount; every group a list for its name."""

    def change(self, good: bytes) -> bytes:
        document = msgspec.json.decode(good)
        for item in _items(document):
            _mistype(item)
        return msgspec.json.encode(document)


class MissingFields(ChangedBody, tag="missing_fields", frozen=True):
    """Every bundle lacks name and price; every group its name."""

    def change(self, good: bytes) -> bytes:
        document = msgspec.json.decode(good)
        for item in _items(document):
            _strip(item)
        return msgspec.json.encode(document)


class NotTheEnvelope(ChangedBody, tag="not_the_envelope", frozen=True):
    """JSON of another shape: a bare list for a catalogue page, `{}` for the list of groups."""

    def change(self, good: bytes) -> bytes:
        document = msgspec.json.decode(good)
        return msgspec.json.encode({} if isinstance(document, list) else _items(document))


class SomeBundlesCorrupt(ChangedBody, tag="some_bundles_corrupt", frozen=True):
    """Of each page, bundle 1, 1+n, 1+2n... is corrupt, in turn by wrong types and by missing fields."""

    one_in: Annotated[int, msgspec.Meta(ge=1)]

    def change(self, good: bytes) -> bytes:
        document = msgspec.json.decode(good)
        for turn, item in enumerate(_items(document)[:: self.one_in]):
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
