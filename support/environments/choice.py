"""Chooses the backend: the requested one, the one that a setting requires, or containers wherever they are available."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from support.core.errors import UsageError
from support.core.settings import Settings
from support.environments.container_engine import can_get_image, demand_engine
from support.environments.images.present import missing_images, outdated_images

REGISTRY_S = 0.8  # a default must not delay the start


@dataclass(frozen=True, slots=True)
class Choice:
    backend: str
    reason: str


def choose(settings: Settings, implied: Mapping[str, str], images: Callable[[], Iterable[str]]) -> Choice:
    """*implied* are the backends that a system's settings require, with the setting that does; *images* what containers would need.

    Raises `UsageError` where settings contradict each other.
    """
    if settings.backend:
        refuse_others(settings.backend, implied)
        return Choice(settings.backend, "as requested")
    if len(implied) > 1:
        raise UsageError(f"{' and '.join(implied.values())} contradict each other; set one of them")
    for backend, setting in implied.items():
        return Choice(backend, f"required by {setting}")
    if why_not := _why_no_containers(settings, set(images())):
        return Choice("embedded", f"not in containers: {why_not}")
    return Choice("containers", "an engine is running and has the images, or can pull them")


def refuse_others(backend: str, implied: Mapping[str, str]) -> None:
    for other, setting in implied.items():
        if other != backend:
            raise UsageError(f"{setting} needs backend={other}, not backend={backend}; remove one of them")


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
