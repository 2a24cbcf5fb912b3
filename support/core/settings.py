"""Configuration, read once: settings file < environment < `-D name=value`. Each system has settings of its own, under its name."""

import difflib
import os
import secrets
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from support.core.errors import UsageError
from support.core.secrets import note_secrets

DEFAULT_FILE = Path("holdfast.toml")
ENVIRONMENT_PREFIX = "HOLDFAST_"
BACKENDS = ("containers", "embedded", "attached")
INJECTORS = ("real", "nothing")
REPORTS = ("yes", "no")
FOREIGN = ("AllureFormatter.",)  # names that belong to others, who read behave's options too

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SystemSettings:
    """The settings of one system. OLD_NAMES (old name -> name) are still understood; VARIABLES are environment variables of others
    (variable -> name).
    """

    OLD_NAMES: ClassVar[Mapping[str, str]] = {}
    VARIABLES: ClassVar[Mapping[str, str]] = {}

    @property
    def judged(self) -> str:
        """What is judged, where that is not the sound reference."""
        return ""

    @property
    def passed_on(self) -> Mapping[str, str]:
        """What parts get of the user's environment."""
        return {}

    @property
    def version(self) -> str:
        """What tells this build of what is judged from another, where the checkout's commit does not; without secrets."""
        return ""

    @property
    def only_one(self) -> str:
        """Why there can be only one worker; empty where there can be several."""
        return ""


Kinds = Mapping[str, type[SystemSettings]]  # by the name of the system


@dataclass(frozen=True, slots=True)
class Settings:
    """What every run can be given. *systems* holds the settings of each system; *warnings* has one sentence for each old name.

    `image_prefix` comes before every image. `replay` is the journal of an earlier run, whose random faults are injected again.
    """

    backend: str = ""
    seed: int = 0
    results: Path = Path("results")
    report: str = "yes"
    injector: str = "real"
    replay: str = ""
    image_prefix: str = ""
    systems: tuple[SystemSettings, ...] = ()
    warnings: tuple[str, ...] = ()

    def of(self, kind: type[T]) -> T:
        """The settings of one system; its defaults where nothing was said."""
        return next((one for one in self.systems if isinstance(one, kind)), kind())

    def __post_init__(self) -> None:
        one_of("backend", self.backend, ("", *BACKENDS))
        one_of("report", self.report, REPORTS)
        one_of("injector", self.injector, INJECTORS)
        if self.replay and not Path(self.replay).is_file():
            raise UsageError(
                f"replay is {self.replay!r}, and there is no such file; say the journal.jsonl of an earlier run"
            )
        if self.replay and Path(self.replay).resolve().parent == self.results.resolve():
            raise UsageError(f"{self.replay} would be cleared by this run; copy it, or say -D results=<another folder>")


def read_settings(
    command_line: Mapping[str, str],
    kinds: Kinds,
    environment: Mapping[str, str] = os.environ,
    unasked_seed: int = 0,
) -> Settings:
    """Merge the three places. Raises `UsageError` with one sentence for anything unknown or malformed.

    Where no seed is given, it is *unasked_seed*, or drawn by chance if that is 0.
    """
    names = _Names(kinds)
    named = command_line.get("settings") or environment.get(f"{ENVIRONMENT_PREFIX}SETTINGS")
    found: dict[str, Any] = {}
    for name, value in (
        *_flat(_from_file(Path(named) if named else None)),
        *names.in_environment(environment),
        *((name, text) for name, text in command_line.items() if name != "settings" and not name.startswith(FOREIGN)),
    ):
        known = names.resolve(name)
        found[known] = names.convert(known, value)
        note_secrets(str(value))
    if not found.get("seed"):
        found["seed"] = unasked_seed or secrets.randbelow(2**31 - 1) + 1
    own = tuple(
        kind(**{name.partition(".")[2]: value for name, value in found.items() if name.startswith(f"{system}.")})
        for system, kind in kinds.items()
    )
    common = {name: value for name, value in found.items() if "." not in name}
    for name, text in (pair for one in own for pair in one.passed_on.items()):
        note_secrets(f"{name}={shlex.quote(text)}")
    return Settings(**common, systems=own, warnings=tuple(names.warnings))


def one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        known = " or ".join(choice for choice in allowed if choice)
        raise UsageError(f"{name} is {value!r}; say {name}={known}")


def port(name: str, value: int) -> None:
    if not 0 <= value <= 65535:
        raise UsageError(f"{name} is {value}; say a port from 1 to 65535, or 0 for any free one")


class _Names:
    """All names that settings can have: `seed`, `<system>.<name>`, and old ones."""

    def __init__(self, kinds: Kinds) -> None:
        self.types: dict[str, Any] = {
            field.name: field.type for field in fields(Settings) if field.name not in {"systems", "warnings"}
        }
        self._old: dict[str, str] = {}
        self._variables: dict[str, str] = {}
        for system, kind in kinds.items():
            self.types |= {f"{system}.{field.name}": field.type for field in fields(kind)}
            self._old |= {old: f"{system}.{new}" for old, new in getattr(kind, "OLD_NAMES", {}).items()}
            self._variables |= {name: f"{system}.{own}" for name, own in getattr(kind, "VARIABLES", {}).items()}
        self.warnings: list[str] = []

    def in_environment(self, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        for variable, name in self._variables.items():
            if text := environment.get(variable):
                yield name, text
        written = {ENVIRONMENT_PREFIX + name.upper().replace(".", "_"): name for name in (*self._old, *self.types)}
        for variable, name in written.items():
            if (text := environment.get(variable)) is not None:
                yield name, text

    def resolve(self, name: str) -> str:
        """The name that is meant; an old one is understood, with a warning."""
        if name in self._old:
            self.warnings.append(f"the setting {name} is now called {self._old[name]}; the old name still works")
            return self._old[name]
        if name not in self.types:
            near = difflib.get_close_matches(name, (*self.types, *self._old), n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(self.types)}"
            raise UsageError(f"there is no setting {name!r}; {hint}")
        return name

    def convert(self, name: str, value: object) -> Any:
        if isinstance(value, (dict, list)):
            raise UsageError(f"{name} is {value!r}; say one value, not several")
        try:
            return self.types[name](value)
        except ValueError:
            raise UsageError(f"{name} is {value!r}; say a whole number") from None


def _flat(tables: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in tables.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{own}", one) for own, one in value.items())
        else:
            yield name, value


def _from_file(named: Path | None) -> dict[str, Any]:
    path = named or DEFAULT_FILE
    if named is None and not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as trouble:
        raise UsageError(
            f"the settings file {path} cannot be read ({trouble.strerror}); mend it or leave it out"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as trouble:
        raise UsageError(f"the settings file {path} is not TOML: {trouble}; write lines such as: seed = 42") from None
