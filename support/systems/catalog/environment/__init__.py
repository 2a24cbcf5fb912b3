"""The catalog and everything that it depends on, on each backend."""

from contextlib import AbstractContextManager
from pathlib import Path

from support.core.settings import Settings
from support.systems.catalog.environment.site import Site
from support.systems.catalog.settings import CatalogSettings


def open_site(backend: str, settings: Settings, logs: Path) -> AbstractContextManager[Site]:
    """What the other backends need is not loaded: a client of the container engine takes its time."""
    match backend:
        case "containers":
            from support.systems.catalog.environment.containers import contained_catalog  # noqa: PLC0415

            return contained_catalog(settings, logs)
        case "attached":
            from support.systems.catalog.environment.attached import attached_catalog  # noqa: PLC0415

            return attached_catalog(settings.of(CatalogSettings))
    from support.systems.catalog.environment.embedded import embedded_catalog  # noqa: PLC0415

    return embedded_catalog(settings, logs)
