"""The description of each image, in the order in which they can be built."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from support.core.checkout import CHECKOUT
from support.environments.compose import HELPERS, all_services
from support.environments.images import toxiproxy, wheels

HERE = Path(__file__).parent
BASE = "holdfast/debian:bookworm"
PYTHON = "python:3.11-slim-bookworm"
IGNORED = {"__pycache__", "programs"}  # as in .dockerignore
MADE_FROM = "holdfast.made-from"  # label: identifies the content


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the image *name* (without the prefix of a private registry) is built.

    `what` describes it; {package} in it becomes the version of that Debian package. `gather` copies files into the build context
    that are not in the checkout; `ingredients` changes whenever these do. `ours`: no registry has it.
    """

    name: str
    base: str
    what: str
    dockerfile: Path
    context: Path
    ours: bool = False
    gather: Callable[[Path], None] | None = None
    ingredients: str = field(default="", repr=False)

    def key(self, base: str) -> str:
        """A digest that changes when the image has to be rebuilt; *base* identifies its base image."""
        digest = hashlib.sha256(f"{base}\n{self.ingredients}\n".encode())
        for file in [self.dockerfile, *self._copied()]:
            digest.update(f"{file.relative_to(CHECKOUT)} {file.stat().st_mode}\n".encode())
            digest.update(file.read_bytes())
        return digest.hexdigest()

    def _copied(self) -> Iterator[Path]:
        for line in self.dockerfile.read_text().splitlines():
            for source in line.split()[1:-1] if line.startswith("COPY ") else []:
                found = self.context / source
                files = sorted(found.rglob("*")) if found.is_dir() else [found] if found.exists() else []
                yield from (file for file in files if file.is_file() and not IGNORED & set(file.parts))


def recipes(of_systems: Iterable[Recipe] = ()) -> list[Recipe]:
    """Every image of the topologies, and their base images; *of_systems* are those that only one system needs."""
    return [
        substitute("redis:7", HERE / "redis", "Debian's redis-server {redis-server}"),
        substitute("postgres:15", HERE / "postgres", "Debian's postgresql-15 {postgresql-15}"),
        substitute(
            PYTHON,
            HERE / "python",
            "Debian's python3 {python3}, with wheels",
            gather=wheels.gather,
            ingredients=wheels.ingredients(),
        ),
        *own_images(),
        _toxiproxy(),
        *of_systems,
    ]


def own_images() -> list[Recipe]:
    """The images that a topology builds from this checkout; no registry has them."""
    built = {entry["image"]: entry["build"] for entry in all_services({}).values() if "build" in entry}
    return [
        Recipe(name, PYTHON, "from this checkout", CHECKOUT / build["dockerfile"], CHECKOUT, ours=True)
        for name, build in built.items()
    ]


def substitute(
    name: str, home: Path, what: str, *, gather: Callable[[Path], None] | None = None, ingredients: str = ""
) -> Recipe:
    """An image that stands in for one of a registry, built on Debian by the Dockerfile in *home*."""
    return Recipe(name, BASE, what, home / "Dockerfile", home, gather=gather, ingredients=ingredients)


def _toxiproxy() -> Recipe:
    name = f"ghcr.io/shopify/toxiproxy:{toxiproxy.VERSION}"
    if why_not := toxiproxy.lacking():
        home = HERE / "fault-proxy"
        return Recipe(name, HELPERS, f"Holdfast's own fault proxy ({why_not})", home / "Dockerfile", home)
    home = HERE / "toxiproxy"
    what = f"Toxiproxy {toxiproxy.VERSION}, built from its Go module"
    return Recipe(name, "", what, home / "Dockerfile", home, gather=toxiproxy.gather, ingredients=toxiproxy.VERSION)
