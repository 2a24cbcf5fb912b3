"""The words that every feature may use. Targets and faults mean what the scenario's own system means by them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from support.behave_runtime.gherkin import SystemWord, word
from support.core.durations import AMOUNT, duration
from support.core.errors import UsageError
from support.core.target import Target
from support.faults.model import COMMON
from support.faults.phrases import read_fault
from support.gate.selection.register import ID
from support.systems.protocol import System


@dataclass(frozen=True, slots=True)
class TargetName(SystemWord):
    """ "the database", which two systems may both have."""

    text: str

    def resolve(self, system: System) -> Target:
        for target in system.targets:
            if f"the {target}" == self.text:
                return target
        raise UsageError(f"{self.text} is no target of @{system.name}; its targets.py names them")


@dataclass(frozen=True, slots=True)
class TargetNames(SystemWord):
    text: str

    def resolve(self, system: System) -> list[Target]:
        return [TargetName(name).resolve(system) for name in re.split(r", | and ", self.text)]


@dataclass(frozen=True, slots=True)
class FaultPhrase(SystemWord):
    text: str

    def resolve(self, system: System) -> Any:
        return read_fault(self.text, (*COMMON, *system.faults))


word("Duration", AMOUNT)(duration)


@word("Count", r"\d[\d,]*")
def count(text: str) -> int:
    return int(text.replace(",", ""))


@word("Text", r'[^"]+')
def text(words: str) -> str:
    """What stands between quotes, and never runs over the end of them."""
    return words


@word("Figures", r'"[^"]+"(?:(?:, "[^"]+")* and "[^"]+")?')
def figures(names: str) -> list[str]:
    """Figures by the names that the register has for them."""
    return re.findall(r'"([^"]+)"', names)


@word("Requirement", ID.pattern)
def requirement(text: str) -> str:
    return text


def learn(systems: Iterable[System]) -> None:
    """Teach behave the names of all targets and the phrases of all faults; which of them a scenario means, its system decides."""
    all_systems = list(systems)
    names = dict.fromkeys(
        re.escape(f"the {target}").replace("\\ ", " ") for one in all_systems for target in one.targets
    )
    a_target = "|".join(sorted(names, key=len, reverse=True))
    kinds: list[Any] = [*COMMON, *(kind for one in all_systems for kind in one.faults)]
    phrases = dict.fromkeys(phrase.pattern for kind in kinds for phrase in kind.phrases)
    word("Target", a_target)(TargetName)
    word("Targets", rf"(?:(?:{a_target}),? )+and (?:{a_target})")(TargetNames)
    word("Fault", "|".join(re.sub(r"\((?!\?)", "(?:", pattern) for pattern in phrases))(FaultPhrase)
