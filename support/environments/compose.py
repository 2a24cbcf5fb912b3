"""Reads docker-compose.yml, the single source of images, versions, environment variables, ports and health checks."""

import os
import re
from collections.abc import Collection, Mapping
from typing import Any

import yaml

from support.core.checkout import CHECKOUT
from support.core.settings import Settings

FILE = CHECKOUT / "docker-compose.yml"
PREFIX = "HOLDFAST_IMAGE_PREFIX"
_VARIABLE = re.compile(r"\$\{(\w+):-([^}]*)\}")


def services(environment: Mapping[str, str] = os.environ) -> dict[str, dict[str, Any]]:
    """The services by name, as Compose reads them. `${NAME:-default}` is the only form of variable that is supported."""
    filled = _VARIABLE.sub(lambda found: environment.get(found[1]) or found[2], FILE.read_text())
    described: dict[str, dict[str, Any]] = yaml.safe_load(filled)["services"]
    return described


CATALOG = "catalog"
INBOX = "alert-inbox"  # its image, which is ours, also runs the host containers


def catalog_system(settings: Settings) -> dict[str, dict[str, Any]]:
    """The catalog and its dependencies, each with the image that *settings* give for it."""
    described = needed(services({**os.environ, PREFIX: settings.image_prefix}), CATALOG)
    return {name: entry | {"image": settings.image(name) or entry["image"]} for name, entry in described.items()}


def needed(described: Mapping[str, dict[str, Any]], *wanted: str) -> dict[str, dict[str, Any]]:
    """The *wanted* services of *described* and their dependencies, recursively."""
    found: dict[str, dict[str, Any]] = {}
    names = list(wanted)
    for name in names:
        if name not in found:
            found[name] = described[name]
            names += described[name].get("depends_on", [])
    return found


def cluster_images(settings: Settings, kinds: Collection[str]) -> dict[str, str]:
    """The images of the members of these *kinds* of clusters, which are Compose profiles, and of their host containers."""
    described = services({**os.environ, PREFIX: settings.image_prefix})
    wanted = {name for name, entry in described.items() if set(entry.get("profiles", [])) & set(kinds)}
    return {
        name: (settings.image(described[name].get("profiles", [name])[0]) or described[name]["image"])
        for name in (*sorted(wanted), INBOX)
    }
