"""Where the parts of a system run: as asked for, as its settings demand, or in containers wherever that can be had."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from support.core.errors import UsageError
from support.core.settings import Settings
from support.environments.container_engine import can_get_image, demand_engine
from support.environments.images.present import missing_images, outdated_images

REGISTRY_S = 0.8  # nobody asked for containers, so nobody is kept waiting for a registry


@dataclass(frozen=True, slots=True)
class Choice:
    backend: str
    reason: str


def choose(settings: Settings, implied: Mapping[str, str], images: Callable[[], Iterable[str]]) -> Choice:
    """*implied* are the backends that a system's settings demand, with the setting that does; *images* what containers would need.

    Raises `UsageError` where settings contradict each other.
    """
    if settings.backend:
        refuse_others(settings.backend, implied)
        return Choice(settings.backend, "asked for")
    if len(implied) > 1:
        raise UsageError(f"{' and '.join(implied.values())} do not go together; say one of them")
    for backend, setting in implied.items():
        return Choice(backend, f"as {setting} demands")
    if why_not := _why_no_containers(settings, set(images())):
        return Choice("embedded", f"not in containers: {why_not}")
    return Choice("containers", "an engine answers and has the images, or can get them")


def refuse_others(backend: str, implied: Mapping[str, str]) -> None:
    for other, setting in implied.items():
        if other != backend:
            raise UsageError(f"{setting} is for backend={other}, not for backend={backend}; leave one of them out")


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
