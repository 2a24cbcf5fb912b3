"""The register of requirements: what each id promises, to whom, and how much it matters."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from support.errors import UsageError

ID = re.compile(r"[A-Z]+-[A-Z]+-[0-9]+")
SEVERITIES = ("blocker", "critical", "normal", "minor")


@dataclass(frozen=True, slots=True)
class Requirement:
    """*value* says whom it serves and what it protects; *budget* is the figure that it must keep, in words."""

    id: str
    title: str
    value: str
    severity: str
    epic: str | None = None
    budget: str | None = None


Register = Mapping[str, Requirement]


def is_requirement(tag: str) -> bool:
    return ID.fullmatch(tag) is not None


def load_register(path: Path) -> Register:
    """Read the register; an absent file is an empty register. Raises `UsageError` for anything malformed."""
    if not path.exists():
        return {}
    try:
        areas = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as trouble:
        raise UsageError(f"the register {path} cannot be read: {' '.join(str(trouble).split())}") from None
    if not isinstance(areas, dict) or not all(isinstance(entries, dict) for entries in areas.values()):
        raise UsageError(f"the register {path} must hold areas, and in each of them requirements by their id")
    return {name: _requirement(path, name, entry) for entries in areas.values() for name, entry in entries.items()}


def refuse_unknown(tags: Iterable[str], register: Register, path: Path) -> None:
    """Raises `UsageError` for a tag that looks like a requirement and is none."""
    for tag in tags:
        if is_requirement(tag) and tag not in register:
            raise UsageError(f"a scenario carries @{tag}, which {path} does not know; add it there or mend the tag")


def _requirement(path: Path, name: str, entry: Any) -> Requirement:
    try:
        requirement = Requirement(id=name, **entry)
    except TypeError:
        raise UsageError(
            f"{name} in {path} must have title, value and severity, and may have epic and budget; nothing else"
        ) from None
    if not is_requirement(name) or requirement.severity not in SEVERITIES:
        raise UsageError(
            f"{name} in {path} needs an id such as CAT-CHAIN-1 and one severity of {', '.join(SEVERITIES)}"
        )
    return requirement
