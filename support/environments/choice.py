"""Where the parts run: as asked for, as the candidate demands, or in containers wherever that can be had."""

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

REGISTRY_S = 0.8  # a choice that nobody asked for must not keep anybody waiting


@dataclass(frozen=True, slots=True)
class Choice:
    backend: str
    reason: str


def choose(settings: Settings) -> Choice:
    """Raises `UsageError` where settings contradict each other."""
    implied = dict(_implied(settings))
    if settings.backend:
        _refuse_others(settings.backend, implied)
        return Choice(settings.backend, "asked for")
    if len(implied) > 1:
        raise UsageError(f"{' and '.join(implied.values())} do not go together; say one of them")
    for backend, setting in implied.items():
        return Choice(backend, f"as {setting} demands")
    return _as_can_be_had(settings, [entry["image"] for entry in catalog_system(settings).values()])


def choose_for_clusters(settings: Settings, kinds: Collection[str]) -> Choice:
    """Where clusters of these *kinds* run. Raises `UsageError` where settings contradict each other."""
    image = next(iter(settings.cluster_images), "")
    backend = "attached" if settings.services else settings.backend
    if backend and image:
        _refuse_others(backend, {"containers": image})
    if settings.services:
        return Choice(backend, f"judged where they run: {', '.join(map(str, settings.services.values()))}")
    if backend:
        return Choice(backend, "asked for")
    if image:
        return Choice("containers", f"as {image} demands")
    return _as_can_be_had(settings, cluster_images(settings, kinds).values())


def demand_contained(settings: Settings, kinds: Collection[str]) -> None:
    """Raises `UsageError` with the remedy unless clusters of these *kinds* can be run in containers."""
    if setup_with(settings.infrastructure_defect).line_kbit:
        raise UsageError(f"{settings.infrastructure_defect} cannot be put into containers; say backend=embedded")
    demand_engine()
    demand_images(settings.image_prefix, cluster_images(settings, kinds).values())


def open_site(backend: str, settings: Settings, logs: Path) -> AbstractContextManager[Site]:
    """The catalog system on that backend. What the others need is not loaded: a client of the engine takes its time."""
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
    """The backends that a setting demands, and which setting that is."""
    if settings.catalog_command:
        yield "embedded", "catalog_command"
    for name in settings.images:
        yield "containers", name
    if settings.catalog_url:
        yield "attached", "catalog_url"


def _refuse_others(backend: str, implied: dict[str, str]) -> None:
    for other, setting in implied.items():
        if other != backend:
            raise UsageError(f"{setting} is for backend={other}, not for backend={backend}; leave one of them out")


def _as_can_be_had(settings: Settings, images: Iterable[str]) -> Choice:
    if why_not := _why_no_containers(settings, set(images)):
        return Choice("embedded", f"not in containers: {why_not}")
    return Choice("containers", "an engine answers and has the images, or can get them")


def _why_no_containers(settings: Settings, images: Collection[str]) -> str:
    try:
        demand_engine()
    except UsageError as trouble:
        return str(trouble).partition(";")[0]
    if out_of_reach := _out_of_reach(missing_images(images)):
        return f"there is no image {', '.join(out_of_reach)}; `./accept images` makes all of them"
    if outdated := outdated_images(settings.image_prefix, images):
        return f"{', '.join(outdated)} was built from other code than what lies here; `./accept images` builds it anew"
    return ""


def _out_of_reach(missing: Sequence[str]) -> list[str]:
    with ThreadPoolExecutor(max(1, len(missing))) as pool:
        got = list(pool.map(lambda name: can_get_image(name, REGISTRY_S), missing))
    return [name for name, can in zip(missing, got, strict=True) if not can]
