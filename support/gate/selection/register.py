"""The register of requirements: what each id promises, to whom, how much it matters, and which figures must keep a budget.

Each system has its part of it in features/<system>/requirements.yml.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from support.core.amounts import amount
from support.core.errors import UsageError
from support.gate.selection.validation import converted, read_yaml

FEATURES = Path("features")
FILE = "requirements.yml"
PATTERN = f"{FEATURES}/*/{FILE}"
ID = re.compile(r"[A-Z]+-[A-Z]+-[0-9]+")
TEN_TIMES = 10
SEVERITIES = ("blocker", "critical", "normal", "minor")
REMEDY = f"a requirement has title, value and severity ({', '.join(SEVERITIES)}), and may have epic, budget, no_fault and planned"


class Budget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bound of one figure, in *unit*; a value on the bound keeps the budget.

    *aim* is by default ten times better; for a share in percent, that is a tenth of what is missing to 100.
    """

    unit: str
    at_most: int | float | None = None
    at_least: int | float | None = None
    aim: int | float | None = None

    def keeps(self, value: float) -> bool:
        return (self.at_most is None or value <= self.at_most) and (self.at_least is None or value >= self.at_least)

    @property
    def limit(self) -> float:
        """The bound; the upper one if there are two."""
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
        """How many times better than the bound; a share of at least so many percent counts by what is missing to 100.

        None: cannot be better.
        """
        if self.at_most is None and self.unit != "%":
            return value / self.limit if self.limit > 0 else None
        bound, seen = (self.limit, value) if self.at_most is not None else (100 - self.limit, 100 - value)
        return bound / seen if seen > 0 else None

    def __str__(self) -> str:
        bounds = (("at most", self.at_most), ("at least", self.at_least))
        return " and ".join(f"{words} {amount(bound, self.unit)}" for words, bound in bounds if bound is not None)


class Requirement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """*value* says whom it serves and what it protects; *budget* has the bound of each figure, by the figure's name in the journal.

    *planned*: not built yet, so that scenarios are not missed. *no_fault*: about normal operation or load, so that its scenarios
    need no fault; all others are proven only with a fault that has a receipt. *area* is the system.
    """

    id: str
    title: str
    value: str
    severity: Literal["blocker", "critical", "normal", "minor"]
    epic: str | None = None
    budget: dict[str, Budget] = {}
    no_fault: bool = False
    planned: bool = False
    area: str = ""


Register = Mapping[str, Requirement]


def is_requirement(tag: str) -> bool:
    return ID.fullmatch(tag) is not None


def load_register(base: Path) -> Register:
    """Read and merge the files of all systems below *base*/features. Raises `UsageError` for anything malformed."""
    if (base / FEATURES / FILE).exists():
        raise UsageError(
            f"{base / FEATURES / FILE} is not read any more; move each of its areas to {FEATURES}/<area>/{FILE}"
        )
    register: dict[str, Requirement] = {}
    paths: dict[str, Path] = {}
    for path in sorted(base.glob(PATTERN)):
        for requirement in _read(path):
            if requirement.id in register:
                raise UsageError(
                    f"{requirement.id} is defined in {paths[requirement.id]} and in {path}; delete one of the two"
                )
            register[requirement.id] = requirement
            paths[requirement.id] = path
    return register


def refuse_unknown(tags: Iterable[str], register: Register) -> None:
    """Raises `UsageError` for a tag that looks like a requirement and is not in the register."""
    for tag in tags:
        if is_requirement(tag) and tag not in register:
            raise UsageError(
                f"a scenario carries @{tag}, which no {PATTERN} contains; add it to one of them or correct the tag"
            )


def _read(path: Path) -> Iterable[Requirement]:
    entries = read_yaml(path, "register")
    if not isinstance(entries, dict):
        raise UsageError(f"the register {path} must be a mapping of requirements by their id")
    planned = entries.pop("planned", False)
    for name, entry in entries.items():
        yield _requirement(path, name, entry, planned)


def _requirement(path: Path, name: Any, entry: Any, planned: Any) -> Requirement:
    if not is_requirement(str(name)):
        raise UsageError(f"{name} in {path} is no id of a requirement; it must look like CAT-CHAIN-1")
    fields = entry if isinstance(entry, dict) else {"": entry}
    budget = fields.get("budget") or {}
    if not isinstance(budget, dict):
        raise UsageError(f"the budget of {name} in {path} is {budget!r}; {_BUDGET.format(figure='recovery time')}")
    bounds = {figure: _bound(path, name, figure, bound) for figure, bound in budget.items()}
    complete = {"planned": planned, **fields, "id": name, "area": path.parent.name, "budget": bounds}
    return converted(complete, Requirement, f"{name} in {path}", REMEDY)


_BUDGET = "it must look like {{{figure}: {{at_most: 5, unit: s}}}}, or with at_least"


def _bound(path: Path, name: str, figure: str, bound: Any) -> Budget:
    where, remedy = f"the budget of {name} in {path}", _BUDGET.format(figure=figure)
    budget = converted(bound, Budget, where, remedy)
    if budget.at_most is None and budget.at_least is None:
        raise UsageError(f"{where} has no bound; {remedy}")
    return budget
