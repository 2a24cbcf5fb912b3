"""Makes the images that are missing or stale; a label tells what an image was made from, another what it is."""

import fcntl
import hashlib
import os
import re
import shutil
import tarfile
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from docker import DockerClient
from docker.errors import DockerException, ImageNotFound
from docker.models.images import Image
from urllib3.exceptions import HTTPError

from support.core.errors import BrokenHarnessError, UsageError
from support.environments.compose import FILE, PREFIX
from support.environments.images import base
from support.environments.images.recipes import BASE, MADE_FROM, Recipe
from support.environments.run_directory import RunDirectory

WHAT = "holdfast.what"
ROOM_BYTES = 1 << 30
# Known to every builder without being declared, and never kept in an image.
PROXY_VARIABLES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")

ENGINE_TROUBLE = (DockerException, OSError, HTTPError)

Report = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class ProvidedImage:
    """An image that is there now: its whole name, what it is, and how it came about."""

    name: str
    what: str
    how: str


class Builder:
    """Provides images on one engine. *report* hears what is going on: an image's name, and a line about it."""

    def __init__(self, engine: DockerClient, report: Report, prefix: str | None = None) -> None:
        self._engine = engine
        self._report = report
        self._prefix = os.environ.get(PREFIX, "") if prefix is None else prefix

    def provide(self, wanted: Iterable[Recipe]) -> list[ProvidedImage]:
        """Make what is missing or stale of *wanted*, which come in an order in which each finds what it is built on."""
        with FILE.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two at once would clear away what the other is about to build on
            try:
                return [self._provide(recipe) for recipe in wanted]
            except ENGINE_TROUBLE as trouble:
                text = getattr(trouble, "explanation", "") or trouble
                raise _error(f"the container engine failed; is it still running? {text}") from None
            finally:  # what newer images have taken the names of, and what an attempt that failed has left
                with suppress(*ENGINE_TROUBLE):
                    self._engine.images.prune({"dangling": True, "label": MADE_FROM})

    def _provide(self, recipe: Recipe) -> ProvidedImage:
        name = self._prefix + recipe.name
        present = self._find(name)
        if present and not recipe.ours and MADE_FROM not in present.labels:
            return ProvidedImage(name, "the image itself, from a registry", "let be")
        began = time.monotonic()
        key = recipe.key(self._base(recipe))
        if present and present.labels.get(MADE_FROM) == key:
            return ProvidedImage(name, present.labels[WHAT], "as it was")
        what = self._build(recipe, name, key)
        return ProvidedImage(name, what, f"built in {time.monotonic() - began:.0f} s")

    def _base(self, recipe: Recipe) -> str:
        """What identifies the image that *recipe* is built on; Debian's is made when it is needed."""
        if recipe.base == BASE:
            return self._debian()
        found = self._find(self._prefix + recipe.base) if recipe.base else None
        return found.labels.get(MADE_FROM, str(found.id)) if found else ""

    def _debian(self) -> str:
        present, key = self._find(BASE), hashlib.sha256(base.ingredients().encode()).hexdigest()
        if present and present.labels.get(MADE_FROM) == key:
            return key
        self._demand_room()
        self._report(BASE, "making a small Debian, which takes half a minute")
        repository, tag = BASE.split(":")
        labels = [f'LABEL "{MADE_FROM}"="{key}"', f'LABEL "{WHAT}"="Debian, made by debootstrap"']
        with base.debian() as stream:
            self._engine.api.import_image_from_stream(stream, repository, tag, changes=labels)
        return key

    def _build(self, recipe: Recipe, name: str, key: str) -> str:
        self._demand_room()
        self._report(name, "building")
        with _context(recipe) as context:
            bare = self._run_builder(
                name, path=str(context), dockerfile=str(recipe.dockerfile.relative_to(recipe.context))
            )
        what = recipe.what
        if "{" in what:
            package = what.partition("{")[2].partition("}")[0]
            what = what.replace(f"{{{package}}}", self._version(bare, package))
        # the name and the label come last, so that an image that bears them is whole
        labels = {MADE_FROM: key, WHAT: what}
        self._run_builder(name, fileobj=BytesIO(f"FROM {bare}\n".encode()), tag=name, labels=labels)
        return what

    def _run_builder(self, name: str, **options: Any) -> str:
        """Build, and return the image's id."""
        arguments = {name: os.environ[name] for name in PROXY_VARIABLES if name in os.environ}
        arguments["IMAGE_PREFIX"] = self._prefix
        image, said = "", deque[str](maxlen=3)
        for line in self._engine.api.build(
            rm=True,
            forcerm=True,
            network_mode="host",
            buildargs=arguments,
            decode=True,
            use_config_proxy=False,
            **options,
        ):
            if "error" in line:
                raise _error(f"{name} could not be built: {'; '.join([*said, line['error'].strip()])}")
            text = line.get("stream", "").strip()
            if text and not text.startswith(("--->", "Removing intermediate")):
                said.append(text)
                self._report(name, text)
            image = line.get("aux", {}).get("ID", image)
        return image

    def _version(self, image: str, package: str) -> str:
        """The version of Debian's *package* in *image*, by the image's own records."""
        holder = self._engine.containers.create(image, labels={MADE_FROM: "looked into"})
        try:
            packed, _ = holder.get_archive("/var/lib/dpkg/status")
            with tarfile.open(fileobj=BytesIO(b"".join(packed))) as archive:
                records = archive.extractfile("status")
                assert records is not None
                found = re.search(
                    rf"^Package: {re.escape(package)}\n(?:\S.*\n| .*\n)*?Version: (\S+)",
                    records.read().decode(),
                    re.MULTILINE,
                )
        finally:
            holder.remove()
        if found is None:
            raise BrokenHarnessError(f"{package} was not installed in the image that was built for it")
        return found[1]

    def _demand_room(self) -> None:
        for place in (tempfile.gettempdir(), self._engine.info()["DockerRootDir"]):
            if (
                Path(place).exists() and shutil.disk_usage(place).free < ROOM_BYTES
            ):  # an engine may be on another machine
                raise UsageError(f"there is less than 1 GB of room in {place}; free some and run this once more")

    def _find(self, name: str) -> Image | None:
        try:
            return self._engine.images.get(name)
        except ImageNotFound:
            return None


@contextmanager
def _context(recipe: Recipe) -> Iterator[Path]:
    """The folder that the builder gets: the recipe's own, or a copy with what has to be gathered."""
    if recipe.gather is None:
        yield recipe.context
        return
    run = RunDirectory()  # which the next start clears if we are killed
    try:
        copy = run.path / "context"
        shutil.copytree(recipe.context, copy)
        recipe.gather(copy)
        yield copy
    finally:
        run.remove()


def _error(trouble: str) -> UsageError | BrokenHarnessError:
    if "no space left" in trouble.lower():
        return UsageError(f"there is no room left; free 1 GB here and where the engine keeps its images ({trouble})")
    return BrokenHarnessError(trouble)
