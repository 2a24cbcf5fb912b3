"""The table of clauses: for each clause of a promise, the `Then` that looks at it and the broken variant that it turns red.

Each system with broken variants has one in features/<system>/clauses.yml: lists of clauses under the id of a requirement, or under
the name of any other text that promises something (a section of a contract, the prose of a feature).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
from behave.parser import parse_file

from support.core.errors import UsageError
from support.gate.selection.register import FEATURES, is_requirement
from support.gate.selection.scenarios import tags_of
from support.gate.selection.validation import Text, converted, read_yaml

FILE = "clauses.yml"
REMEDY = "a clause has clause, then and variant (each one text or several), or gap: the reason why it has none yet"
Texts = Text | Annotated[list[Text], msgspec.Meta(min_length=1)]


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    clause: Text
    then: Texts | None = None
    variant: Texts | None = None
    gap: Text = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence that could be false, below its *heading*.

    Each of *thens* is a step, or the template of an outline's; each of *variants* has to fail at one of them, and each of them on
    one of the variants. *gap* says why some are missing.
    """

    system: str
    heading: str
    text: str
    thens: tuple[str, ...]
    variants: tuple[str, ...]
    gap: str = ""


@dataclass(frozen=True, slots=True)
class Then:
    """A `Then` as it stands in a feature file, and the requirements of its scenario."""

    text: str
    requirements: frozenset[str]


def load_clauses(base: Path, system: str) -> list[Clause]:
    """The table of *system* below *base*; empty if it has none. Raises `UsageError` for anything malformed."""
    path = base / FEATURES / system / FILE
    table = read_yaml(path, "table of clauses") if path.exists() else {}
    if not isinstance(table, dict):
        raise UsageError(f"{path} must be a mapping of clauses by requirement or section")
    return [clause for heading, entries in table.items() for clause in _under(path, system, str(heading), entries)]


def _under(path: Path, system: str, heading: str, entries: Any) -> Iterator[Clause]:
    for entry in entries if isinstance(entries, list) else [entries]:
        one = converted(entry, _Entry, f"a clause of {heading} in {path}", REMEDY)
        yield Clause(system, heading, one.clause, _several(one.then), _several(one.variant), one.gap)


def _several(texts: Texts | None) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else tuple(texts or ())


def load_thens(base: Path, system: str) -> list[Then]:
    """Every `Then` of the features of *system* below *base*, templates of outlines included."""
    files = sorted((base / FEATURES / system).glob("*.feature"))
    scenarios = (one for file in files for one in parse_file(str(file)).walk_scenarios(with_outlines=True))
    return [
        Then(step.name, frozenset(filter(is_requirement, tags_of(scenario))))
        for scenario in scenarios
        for step in scenario.all_steps
        if step.step_type == "then"
    ]


def is_step(template: str, step: str) -> bool:
    """Whether *step* is *template*, or one that an outline makes of it."""
    parts = re.split(r"<[^<>]+>", template)
    return re.fullmatch(".+".join(map(re.escape, parts)), step, re.DOTALL) is not None


def complaints(
    clauses: Sequence[Clause],
    requirements: Collection[str],
    thens: Iterable[Then],
    mistakes: Mapping[str, Collection[str]],
) -> list[str]:
    """What is wrong with the table of a system, in sentences; gaps that are written down are not (`open_gaps`).

    *requirements* are those of the system's register, *mistakes* its broken variants, each with the requirements that it breaks.
    """
    where: dict[str, set[str]] = {}
    for then in thens:
        where.setdefault(then.text, set()).update(then.requirements)
    headings = {clause.heading for clause in clauses}
    named = {name for clause in clauses for name in clause.variants}
    texts = [clause.text for clause in clauses]
    return [
        *(f"{one} has no clauses" for one in sorted(set(requirements) - headings)),
        *(f"{one} is in no register" for one in sorted(headings - set(requirements)) if is_requirement(one)),
        *(f"the variant {name} is named by no clause" for name in sorted(set(mistakes) - named)),
        *(f"two clauses say {text!r}" for text in dict.fromkeys(texts) if texts.count(text) > 1),
        *(f"{clause.text!r}: {problem}" for clause in clauses for problem in _problems(clause, where, mistakes)),
    ]


def _problems(
    clause: Clause, where: Mapping[str, Collection[str]], mistakes: Mapping[str, Collection[str]]
) -> Iterator[str]:
    if not clause.gap and not (clause.thens and clause.variants):
        yield "no Then looks at it" if not clause.thens else "no broken variant turns it red"
    yield from (f"no scenario has the step {then!r}" for then in clause.thens if then not in where)
    for name in clause.variants:
        if name not in mistakes:
            yield f"there is no broken variant {name!r}"
        elif not any(set(mistakes[name]) & set(where.get(then, ())) for then in clause.thens):
            yield f"no scenario with its step is about a requirement that the variant {name!r} breaks"


def open_gaps(clauses: Iterable[Clause]) -> list[str]:
    return [f"{clause.heading}: {clause.text} ({clause.gap})" for clause in clauses if clause.gap]
