"""One catalog made ready for reading: an answer is always drawn from a single snapshot."""

from dataclasses import dataclass
from typing import Self

from support.systems.catalog.app.model import Bundle, Catalog


@dataclass(frozen=True, slots=True)
class Query:
    """What a shopper asks for; an empty text or None does not narrow anything."""

    search: str = ""
    group: str | None = None
    country: str | None = None
    limit: int = 100
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A catalog and its index. Never changed once made, so it may be read while the next one is built."""

    catalog: Catalog
    _texts: tuple[str, ...]
    _by_name: dict[str, Bundle]

    @classmethod
    def of(cls, catalog: Catalog) -> Self:
        texts = tuple(f"{bundle.name}\n{bundle.description}".casefold() for bundle in catalog.bundles)
        # reversed, so that of a name in several groups the first one is found
        return cls(catalog, texts, {bundle.name: bundle for bundle in reversed(catalog.bundles)})

    def find(self, name: str) -> Bundle | None:
        return self._by_name.get(name)

    def search(self, query: Query) -> tuple[int, list[Bundle]]:
        """The number of all bundles that match, and those of the page that is asked for."""
        text = query.search.casefold()
        country = query.country.upper() if query.country else None
        found = [
            bundle
            for bundle, searched in zip(self.catalog.bundles, self._texts, strict=True)
            if text in searched
            and (query.group is None or bundle.group == query.group)
            and (country is None or country in bundle.countries)
        ]
        return len(found), found[query.offset : query.offset + query.limit]
