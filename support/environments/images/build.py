"""Builds missing and outdated images; one label identifies the content of an image, another describes it."""

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
REQUIRED_BYTES = 1 << 30
# predefined build arguments, which are not stored in an image
PROXY_VARIABLES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")

ENGINE_ERRORS = (DockerException, OSError, HTTPError)

Report = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class ProvidedImage:
    """An image that is present now: its full name, its description, and what was done."""

    name: str
    what: str
    how: str


class Builder:
    """Provides images on one engine. *report* receives the progress: the name of an image, and a line about it."""

    def __init__(self, engine: DockerClient, report: Report, prefix: str | None = None) -> None:
        self._engine = engine
        self._report = report
        self._prefix = os.environ.get(PREFIX, "") if prefix is None else prefix

    def provide(self, wanted: Iterable[Recipe]) -> list[ProvidedImage]:
        """Build the missing and outdated ones of *wanted*, in which each image comes after its base image."""
        with FILE.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # a concurrent build would remove the intermediate images of the other
            try:
                return [self._provide(recipe) for recipe in wanted]
            except ENGINE_ERRORS as error:
                text = getattr(error, "explanation", "") or error
                raise _error(f"the container engine failed; is it still running? {text}") from None
            finally:  # images that lost their names to newer ones, and remains of failed builds
                with suppress(*ENGINE_ERRORS):
                    self._engine.images.prune({"dangling": True, "label": MADE_FROM})

    def _provide(self, recipe: Recipe) -> ProvidedImage:
        name = self._prefix + recipe.name
        present = self._find(name)
        if present and not recipe.ours and MADE_FROM not in present.labels:
            return ProvidedImage(name, "the original image, from a registry", "unchanged")
        started = time.monotonic()
        key = recipe.key(self._base(recipe))
        if present and present.labels.get(MADE_FROM) == key:
            return ProvidedImage(name, present.labels[WHAT], "up to date")
        what = self._build(recipe, name, key)
        return ProvidedImage(name, what, f"built in {time.monotonic() - started:.0f} s")

    def _base(self, recipe: Recipe) -> str:
        """Identifies the base image of *recipe*; Debian's is built if it is missing."""
        if recipe.base == BASE:
            return self._debian()
        found = self._find(self._prefix + recipe.base) if recipe.base else None
        return found.labels.get(MADE_FROM, str(found.id)) if found else ""

    def _debian(self) -> str:
        present, key = self._find(BASE), hashlib.sha256(base.ingredients().encode()).hexdigest()
        if present and present.labels.get(MADE_FROM) == key:
            return key
        self._require_disk_space()
        self._report(BASE, "building a minimal Debian, which takes half a minute")
        repository, tag = BASE.split(":")
        labels = [f'LABEL "{MADE_FROM}"="{key}"', f'LABEL "{WHAT}"="Debian, made by debootstrap"']
        with base.debian() as stream:
            self._engine.api.import_image_from_stream(stream, repository, tag, changes=labels)
        return key

    def _build(self, recipe: Recipe, name: str, key: str) -> str:
        self._require_disk_space()
        self._report(name, "building")
        with _context(recipe) as context:
            built = self._run_builder(
                name, path=str(context), dockerfile=str(recipe.dockerfile.relative_to(recipe.context))
            )
        what = recipe.what
        if "{" in what:
            package = what.partition("{")[2].partition("}")[0]
            what = what.replace(f"{{{package}}}", self._version(built, package))
        # the name and the labels are set last, so that an image that has them is complete
        labels = {MADE_FROM: key, WHAT: what}
        self._run_builder(name, fileobj=BytesIO(f"FROM {built}\n".encode()), tag=name, labels=labels)
        return what

    def _run_builder(self, name: str, **options: Any) -> str:
        """Build an image and return its id."""
        arguments = {name: os.environ[name] for name in PROXY_VARIABLES if name in os.environ}
        arguments["IMAGE_PREFIX"] = self._prefix
        image, output = "", deque[str](maxlen=3)
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
                raise _error(f"{name} could not be built: {'; '.join([*output, line['error'].strip()])}")
            text = line.get("stream", "").strip()
            if text and not text.startswith(("--->", "Removing intermediate")):
                output.append(text)
                self._report(name, text)
            image = line.get("aux", {}).get("ID", image)
        return image

    def _version(self, image: str, package: str) -> str:
        """The version of Debian's *package* in *image*, from the dpkg database of the image."""
        container = self._engine.containers.create(image, labels={MADE_FROM: "inspected"})
        try:
            packed, _ = container.get_archive("/var/lib/dpkg/status")
            with tarfile.open(fileobj=BytesIO(b"".join(packed))) as archive:
                records = archive.extractfile("status")
                assert records is not None
                found = re.search(
                    rf"^Package: {re.escape(package)}\n(?:\S.*\n| .*\n)*?Version: (\S+)",
                    records.read().decode(),
                    re.MULTILINE,
                )
        finally:
            container.remove()
        if found is None:
            raise BrokenHarnessError(f"{package} was not installed in the image that was built for it")
        return found[1]

    def _require_disk_space(self) -> None:
        for place in (tempfile.gettempdir(), self._engine.info()["DockerRootDir"]):
            if (
                Path(place).exists() and shutil.disk_usage(place).free < REQUIRED_BYTES
            ):  # the engine may be on another machine
                raise UsageError(f"less than 1 GB of disk space is free in {place}; free some and run this again")

    def _find(self, name: str) -> Image | None:
        try:
            return self._engine.images.get(name)
        except ImageNotFound:
            return None


@contextmanager
def _context(recipe: Recipe) -> Iterator[Path]:
    """The build context: the folder of the recipe, or a copy of it with the gathered files."""
    if recipe.gather is None:
        yield recipe.context
        return
    run = RunDirectory()  # the next run removes it if this process is killed
    try:
        copy = run.path / "context"
        shutil.copytree(recipe.context, copy)
        recipe.gather(copy)
        yield copy
    finally:
        run.remove()


def _error(message: str) -> UsageError | BrokenHarnessError:
    if "no space left" in message.lower():
        return UsageError(
            f"there is no disk space left; free 1 GB here and where the engine stores its images ({message})"
        )
    return BrokenHarnessError(message)
