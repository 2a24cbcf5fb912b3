"""Reads docker-compose.yml, the one place that names images, versions, environment, ports and health checks."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
FILE = CHECKOUT / "docker-compose.yml"
PREFIX = "HOLDFAST_IMAGE_PREFIX"
_VARIABLE = re.compile(r"\$\{(\w+):-([^}]*)\}")


def services(environment: Mapping[str, str] = os.environ) -> dict[str, dict[str, Any]]:
    """The services by name, as Compose would see them: `${NAME:-default}`, the only form there is, filled in."""
    filled = _VARIABLE.sub(lambda found: environment.get(found[1]) or found[2], FILE.read_text())
    described: dict[str, dict[str, Any]] = yaml.safe_load(filled)["services"]
    return described
