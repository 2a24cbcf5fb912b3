"""The instances of the catalog service: the one that shoppers use, and those that a scenario adds."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from support.core.addresses import url
from support.environments.parts import Part
from support.systems.catalog.actors.catalog_api import CatalogApi
from support.systems.catalog.environment.site import Site
from support.systems.catalog.targets import CATALOG


@dataclass(frozen=True, slots=True)
class Instance:
    """One process of the service and its client."""

    part: Part
    api: CatalogApi


class Fleet:
    """All instances share the stores and links. The `with` block stops the added ones. *api* makes the client of a URL."""

    def __init__(self, site: Site, api: Callable[[str], CatalogApi] = CatalogApi) -> None:
        self._site = site
        self._api = api
        self._added = ExitStack()
        self.instances = [Instance(site.parts[CATALOG], api(site.catalog_url))]

    @property
    def urls(self) -> list[str]:
        """The addresses of all instances; the first is the one that shoppers use."""
        return [self._site.catalog_url, *(url("http", one.part.address) for one in self.instances[1:])]

    def add(self, env: Mapping[str, str] | None = None) -> Instance:
        """Start another instance and wait until it answers; *env* is added to the common settings."""
        part = self._added.enter_context(self._site.another_catalog(env or {}))
        instance = Instance(part, self._api(url("http", part.address)))
        self.instances.append(instance)
        return instance

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._added.close()
