"""Reads the topology of a system: the Compose file that names its images, versions, environment, ports and health checks."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from support.core.checkout import CHECKOUT

FILE = CHECKOUT / "docker-compose.yml"  # includes them all, for people
TOPOLOGIES = "support/systems/*/topology.yml"
PREFIX = "HOLDFAST_IMAGE_PREFIX"
HELPERS = "holdfast/standins:reference"  # our own image: stand-ins, and what cuts and watches links and paths
_VARIABLE = re.compile(r"\$\{(\w+):-([^}]*)\}")

Services = dict[str, dict[str, Any]]


def topology_of(system: str) -> Path:
    return CHECKOUT / "support" / "systems" / system / "topology.yml"


def services(topology: Path, environment: Mapping[str, str] = os.environ) -> Services:
    """The services by name, as Compose reads them. `${NAME:-default}` is the only form of variable that is supported."""
    filled = _VARIABLE.sub(lambda found: environment.get(found[1]) or found[2], topology.read_text())
    described: Services = yaml.safe_load(filled)["services"]
    return described


def all_services(environment: Mapping[str, str] = os.environ) -> Services:
    """Those of every system."""
    topologies = sorted(CHECKOUT.glob(TOPOLOGIES))
    return {name: entry for topology in topologies for name, entry in services(topology, environment).items()}


def prefixed(image_prefix: str) -> dict[str, str]:
    """The environment in which every image has this prefix."""
    return {**os.environ, PREFIX: image_prefix}


def needed(described: Mapping[str, dict[str, Any]], *wanted: str) -> Services:
    """The *wanted* services of *described* and their dependencies, recursively."""
    found: Services = {}
    names = list(wanted)
    for name in names:
        if name not in found:
            found[name] = described[name]
            names += described[name].get("depends_on", [])
    return found
