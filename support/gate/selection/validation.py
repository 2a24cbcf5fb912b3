"""Validates what was read from YAML or JSON against a type, by msgspec, and says in one sentence what is wrong with it."""

import atexit
import gc
import re
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
import yaml

from support.core.errors import UsageError

# msgspec 0.22: types with a Meta that are collected while Python ends can crash it (msgspec/msgspec#717). So they are not.
atexit.register(gc.freeze)

T = TypeVar("T")
Text = Annotated[str, msgspec.Meta(pattern=r"\S")]  # not blank
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where libyaml is there
NotNegative = Annotated[float, msgspec.Meta(ge=0)]


def read_yaml(path: Path, what: str) -> Any:
    """The content of *path*; an empty mapping if there is none. Raises `UsageError`."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _LOADER) or {}  # noqa: S506  a safe loader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError(f"the {what} {path} cannot be read: {' '.join(str(error).split())}") from None


def converted(value: Any, kind: type[T], where: str, remedy: str) -> T:
    """*value* as a *kind*. Raises `UsageError`: *where* it stands, what is wrong, the offending value, and the *remedy*."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        plain = str(error).replace("`", "").replace(r"str matching regex '\\S'", "a text that is not blank")
        problem, _, place = plain.partition(" - at $")
        found = _value_at(value, place)
        shown = "" if found is None or isinstance(found, dict | list) or repr(found) in problem else f", not {found!r}"
        at = f" ({place.lstrip('.')})" if place else ""
        raise UsageError(f"{where} is malformed{at}: {problem[0].lower()}{problem[1:]}{shown}; {remedy}") from None


def _value_at(value: Any, place: str) -> Any:
    """What stands in *value* at a path such as .budget.unit or .defects[0]; None where the path does not name a key."""
    for key, index in re.findall(r"\.(\w+)|\[(\d+)\]", place):
        try:
            value = value[key] if key else value[int(index)]
        except (KeyError, IndexError, TypeError):
            return None
    return None if "[...]" in place else value
