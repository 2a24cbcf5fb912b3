"""Checks that the images that a run needs are present and up to date."""

from collections.abc import Iterable, Iterator

from support.core.errors import UsageError
from support.environments.container_engine import can_get_image, image
from support.environments.images.recipes import MADE_FROM, own_images

REGISTRY_S = 10.0


def missing_images(images: Iterable[str]) -> list[str]:
    return [name for name in sorted(set(images)) if image(name) is None]


def outdated_images(prefix: str, images: Iterable[str]) -> list[str]:
    """Those of *images* that `./accept images` has built from our own code, which has changed since."""
    return list(_outdated(prefix, set(images)))


def demand_images(prefix: str, images: Iterable[str]) -> None:
    """Raises `UsageError` with the remedy unless all *images* are present, or in a registry that the engine can reach."""
    wanted = set(images)
    for name in missing_images(wanted):
        if not can_get_image(name, REGISTRY_S):
            raise UsageError(
                f"the image {name} is not present, and the engine finds it in no registry; "
                "`./accept images` builds all images of docker-compose.yml"
            )
    if outdated := outdated_images(prefix, wanted):
        raise UsageError(
            f"{', '.join(outdated)} was built from a different version of the code; rebuild it with: ./accept images"
        )


def _outdated(prefix: str, wanted: set[str]) -> Iterator[str]:
    for recipe in own_images():
        name = prefix + recipe.name
        found, base = image(name), image(prefix + recipe.base)
        if not (name in wanted and found and base and MADE_FROM in found.labels):
            continue  # not built by `./accept images`
        if found.labels[MADE_FROM] != recipe.key(base.labels.get(MADE_FROM, base.id)):
            yield name
