"""The register of requirements: what each id promises, to whom, how much it matters, and which figures it must keep."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from support.core.amounts import amount
from support.core.errors import UsageError

PATH = Path("features") / "requirements.yml"
ID = re.compile(r"[A-Z]+-[A-Z]+-[0-9]+")
TEN_TIMES = 10
SEVERITIES = ("blocker", "critical", "normal", "minor")


@dataclass(frozen=True, slots=True)
class Budget:
    """The bound of one figure, in *unit*: what is on the bound keeps it.

    *aim* is where we want to be: by default ten times better, which for a share in percent is a tenth of what is missing.
    """

    unit: str
    at_most: float | None = None
    at_least: float | None = None
    aim: float | None = None

    def keeps(self, value: float) -> bool:
        return (self.at_most is None or value <= self.at_most) and (self.at_least is None or value >= self.at_least)

    @property
    def limit(self) -> float:
        """The one bound; of two, the upper one."""
        return self.at_least or 0.0 if self.at_most is None else self.at_most

    @property
    def goal(self) -> float:
        if self.aim is not None:
            return self.aim
        if self.at_most is not None:
            return self.at_most / TEN_TIMES
        return 100 - (100 - self.limit) / TEN_TIMES if self.unit == "%" else self.limit * TEN_TIMES

    def reaches_goal(self, value: float) -> bool:
        return value <= self.goal if self.at_most is not None else value >= self.goal

    def times_better(self, value: float) -> float | None:
        """How many times better than asked for; of a share in percent, what is missing counts. None: nothing is left to better."""
        asked, seen = (self.limit, value) if self.unit != "%" else (100 - self.limit, 100 - value)
        if self.at_most is None and self.unit != "%":
            return seen / asked if asked > 0 else None
        return asked / seen if seen > 0 else None

    def __str__(self) -> str:
        bounds = (("at most", self.at_most), ("at least", self.at_least))
        return " and ".join(f"{words} {amount(bound, self.unit)}" for words, bound in bounds if bound is not None)


@dataclass(frozen=True, slots=True)
class Requirement:
    """*value* says whom it serves and what it protects; *budget* holds figures, by their names in the journal, to bounds.

    *planned*: nothing is built for it yet, so that nobody misses its scenarios. *no_fault*: it is about good days or about
    load, so that its scenarios need not break anything; all others prove nothing without a fault that has its receipt.
    """

    id: str
    title: str
    value: str
    severity: str
    epic: str | None = None
    budget: Mapping[str, Budget] = field(default_factory=dict)
    no_fault: bool = False
    planned: bool = False
    area: str = ""


Register = Mapping[str, Requirement]
_OPTIONAL = ("epic", "budget", "no_fault", "planned")


def is_requirement(tag: str) -> bool:
    return ID.fullmatch(tag) is not None


def load_register(path: Path) -> Register:
    """Read the register; an absent file is an empty register. Raises `UsageError` for anything malformed.

    It holds areas, and in each of them requirements by their id; `planned: true` beside these is said of all of them.
    """
    if not path.exists():
        return {}
    try:
        areas = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as trouble:
        raise UsageError(f"the register {path} cannot be read: {' '.join(str(trouble).split())}") from None
    if not isinstance(areas, dict) or not all(isinstance(entries, dict) for entries in areas.values()):
        raise UsageError(f"the register {path} must hold areas, and in each of them requirements by their id")
    register: dict[str, Requirement] = {}
    for area, entries in areas.items():
        planned = entries.pop("planned", False)
        for name, entry in entries.items():
            if name in register:
                raise UsageError(f"{name} stands twice in {path}; an id is one requirement")
            register[name] = _requirement(path, name, {"planned": planned, **_mapping(entry), "area": area})
    return register


def refuse_unknown(tags: Iterable[str], register: Register, path: Path) -> None:
    """Raises `UsageError` for a tag that looks like a requirement and is none."""
    for tag in tags:
        if is_requirement(tag) and tag not in register:
            raise UsageError(f"a scenario carries @{tag}, which {path} does not know; add it there or mend the tag")


def _requirement(path: Path, name: str, entry: Mapping[str, Any]) -> Requirement:
    try:
        budget = {figure: _budget(path, name, figure, bound) for figure, bound in _mapping(entry.get("budget")).items()}
        requirement = Requirement(**{**entry, "id": name, "budget": budget})
    except TypeError:
        raise UsageError(
            f"{name} in {path} must have title, value and severity, and may have {', '.join(_OPTIONAL)}; nothing else"
        ) from None
    if not is_requirement(name) or requirement.severity not in SEVERITIES:
        raise UsageError(
            f"{name} in {path} needs an id such as CAT-CHAIN-1 and one severity of {', '.join(SEVERITIES)}"
        )
    if not isinstance(requirement.planned, bool) or not isinstance(requirement.no_fault, bool):
        raise UsageError(f"planned and no_fault of {name} in {path} are either true or false")
    return requirement


def _budget(path: Path, name: str, figure: str, bound: Any) -> Budget:
    wrong = UsageError(
        f"the budget of {name} in {path} must look like {{{figure}: {{at_most: 5, unit: s}}}}, or with at_least"
    )
    try:
        budget = Budget(**bound)
    except TypeError:
        raise wrong from None
    bounds = [one for one in (budget.at_most, budget.at_least) if one is not None]
    numbers = [*bounds, 0 if budget.aim is None else budget.aim]
    if not bounds or not all(isinstance(one, int | float) for one in numbers) or not isinstance(budget.unit, str):
        raise wrong
    return budget


def _mapping(told: Any) -> Mapping[str, Any]:
    """*told*, or nothing if it is none; what is of another kind makes a `TypeError` of whoever takes it apart."""
    return {} if told is None else told if isinstance(told, dict) else {"": told}
