"""The provider's data: bundles in groups, kept as JSON text so that 200,000 of them cost little, served in pages."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated

import msgspec

from support.systems.catalog.data.bundles import bundles

MOST_BUNDLES = 200_000


class Replacement(msgspec.Struct, forbid_unknown_fields=True):
    """All groups with their bundles; a bundle is any JSON object that has a `name`."""

    groups: dict[str, list[msgspec.Raw]]


class Generation(msgspec.Struct, forbid_unknown_fields=True):
    """How many bundles each group gets; all at the same price, so that they can be told from another source's."""

    groups: dict[str, Annotated[int, msgspec.Meta(ge=0)]]
    price: float = 19.0

    def __post_init__(self) -> None:
        if sum(self.groups.values()) > MOST_BUNDLES:
            raise ValueError(f"say at most {MOST_BUNDLES} bundles in all")


class _Named(msgspec.Struct):
    name: str


class Catalogue:
    """Answers the data questions of the API with JSON text."""

    def __init__(self, groups: Mapping[str, Iterable[bytes]] | None = None) -> None:
        self._groups = {name: list(members) for name, members in (groups or {}).items()}
        named = msgspec.json.Decoder(_Named)
        self._all = {named.decode(text).name: text for members in self._groups.values() for text in members}
        self._every = list(self._all.values())

    @classmethod
    def replaced(cls, data: Replacement) -> "Catalogue":
        return cls({name: map(bytes, members) for name, members in data.groups.items()})

    @classmethod
    def generated(cls, order: Generation, seed: int) -> "Catalogue":
        encoder, price = msgspec.json.Encoder(), Decimal(str(order.price))
        return cls(
            {name: map(encoder.encode, bundles(count, name, seed, price=price)) for name, count in order.groups.items()}
        )

    def __len__(self) -> int:
        return len(self._all)

    def group_list(self) -> bytes:
        return msgspec.json.encode([{"name": name} for name in self._groups])

    def bundle(self, name: str) -> bytes | None:
        return self._all.get(name)

    def page(self, group: str | None, number: int, size: int) -> bytes:
        """Return a page in the provider's envelope. No group = every bundle once; an unknown group is empty."""
        members: Sequence[bytes] = self._every if group is None else self._groups.get(group, [])
        rows, start = len(members), (number - 1) * size
        shown = b",".join(members[start : start + size])
        return b'{"bundles":[%b],"pageCount":%d,"rows":%d,"pageSize":%d}' % (shown, -(-rows // size), rows, size)
