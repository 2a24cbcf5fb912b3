"""A catalog with its search index. Each answer comes from a single snapshot."""

from dataclasses import dataclass
from typing import Self

from support.systems.catalog.app.model import Bundle, Catalog


@dataclass(frozen=True, slots=True)
class Query:
    """A shopper's query; an empty text or None does not filter."""

    search: str = ""
    group: str | None = None
    country: str | None = None
    limit: int = 100
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Immutable, so that it can be read while the next one is built."""

    catalog: Catalog
    _texts: tuple[str, ...]
    _by_name: dict[str, Bundle]

    @classmethod
    def of(cls, catalog: Catalog) -> Self:
        texts = tuple(f"{bundle.name}\n{bundle.description}".casefold() for bundle in catalog.bundles)
        # reversed, so that the first of several groups with the same name wins
        return cls(catalog, texts, {bundle.name: bundle for bundle in reversed(catalog.bundles)})

    def find(self, name: str) -> Bundle | None:
        return self._by_name.get(name)

    def search(self, query: Query) -> tuple[int, list[Bundle]]:
        """The number of all matching bundles, and those of the requested page."""
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
