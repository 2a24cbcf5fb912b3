"""Chooses the backend: the requested one, the one that a setting requires, or containers wherever they are available."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from support.core.errors import UsageError
from support.core.settings import Settings
from support.environments.compose import catalog_system, cluster_images
from support.environments.container_engine import can_get_image, demand_engine
from support.environments.images.present import demand_images, missing_images, outdated_images
from support.environments.parts import Site
from support.systems.infrastructure.defects import setup_with

REGISTRY_S = 0.8  # a default must not delay the start


@dataclass(frozen=True, slots=True)
class Choice:
    backend: str
    reason: str


def choose(settings: Settings) -> Choice:
    """Raises `UsageError` if settings contradict each other."""
    implied = dict(_implied(settings))
    if settings.backend:
        _refuse_others(settings.backend, implied)
        return Choice(settings.backend, "as requested")
    if len(implied) > 1:
        raise UsageError(f"{' and '.join(implied.values())} contradict each other; set one of them")
    for backend, setting in implied.items():
        return Choice(backend, f"required by {setting}")
    return _as_can_be_had(settings, [entry["image"] for entry in catalog_system(settings).values()])


def choose_for_clusters(settings: Settings, kinds: Collection[str]) -> Choice:
    """The backend of clusters of these *kinds*. Raises `UsageError` if settings contradict each other."""
    image = next(iter(settings.cluster_images), "")
    backend = "attached" if settings.services else settings.backend
    if backend and image:
        _refuse_others(backend, {"containers": image})
    if settings.services:
        return Choice(backend, f"tested where they run: {', '.join(map(str, settings.services.values()))}")
    if backend:
        return Choice(backend, "as requested")
    if image:
        return Choice("containers", f"required by {image}")
    return _as_can_be_had(settings, cluster_images(settings, kinds).values())


def demand_contained(settings: Settings, kinds: Collection[str]) -> None:
    """Raises `UsageError` with the remedy if clusters of these *kinds* cannot run in containers."""
    if setup_with(settings.infrastructure_defect).line_kbit:
        raise UsageError(f"{settings.infrastructure_defect} is not available in containers; set backend=embedded")
    demand_engine()
    demand_images(settings.image_prefix, cluster_images(settings, kinds).values())


def open_site(backend: str, settings: Settings, logs: Path) -> AbstractContextManager[Site]:
    """The catalog system on that backend. Only its own modules are imported: the client of the container engine loads slowly."""
    match backend:
        case "containers":
            from support.systems.catalog.environment.containers import contained_catalog  # noqa: PLC0415

            return contained_catalog(settings, logs)
        case "attached":
            from support.systems.catalog.environment.attached import attached_catalog  # noqa: PLC0415

            return attached_catalog(settings)
    from support.systems.catalog.environment.embedded import embedded_catalog  # noqa: PLC0415

    return embedded_catalog(settings, logs)


def _implied(settings: Settings) -> Iterator[tuple[str, str]]:
    """The backends that a setting requires, with the name of that setting."""
    if settings.catalog_command:
        yield "embedded", "catalog_command"
    for name in settings.images:
        yield "containers", name
    if settings.catalog_url:
        yield "attached", "catalog_url"


def _refuse_others(backend: str, implied: dict[str, str]) -> None:
    for other, setting in implied.items():
        if other != backend:
            raise UsageError(f"{setting} needs backend={other}, not backend={backend}; remove one of them")


def _as_can_be_had(settings: Settings, images: Iterable[str]) -> Choice:
    if why_not := _why_no_containers(settings, set(images)):
        return Choice("embedded", f"not in containers: {why_not}")
    return Choice("containers", "an engine is running and has the images, or can pull them")


def _why_no_containers(settings: Settings, images: Collection[str]) -> str:
    try:
        demand_engine()
    except UsageError as trouble:
        return str(trouble).partition(";")[0]
    if out_of_reach := _out_of_reach(missing_images(images)):
        return f"there is no image {', '.join(out_of_reach)}; `./accept images` builds all of them"
    if outdated := outdated_images(settings.image_prefix, images):
        return f"{', '.join(outdated)} was built from a different version of the code; `./accept images` rebuilds it"
    return ""


def _out_of_reach(missing: Sequence[str]) -> list[str]:
    with ThreadPoolExecutor(max(1, len(missing))) as pool:
        got = list(pool.map(lambda name: can_get_image(name, REGISTRY_S), missing))
    return [name for name, can in zip(missing, got, strict=True) if not can]
