"""A migration of old variables, as the assistant reports it."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from support.core.http_client import Response
from support.systems.assistant.operations import Operation


@dataclass(frozen=True, slots=True)
class Migrated:
    """*variables* are those that were given, *answer* the result."""

    variables: Mapping[str, str]
    answer: Response

    @property
    def preset(self) -> str:
        return str(self._configuration.get("preset"))

    @property
    def overrides(self) -> list[str]:
        """The paths of all settings beside the preset."""
        return [path for path in _leaves(self._configuration) if path != "preset"]

    @property
    def confidence(self) -> float:
        return float(self.answer.body.get("confidence", math.nan))

    @property
    def product(self) -> float:
        """Of the factors that the reasons give."""
        return round(math.prod(float(one["confidence"]) for one in self._reasons), 4)

    @property
    def explained(self) -> list[str]:
        """The variables that have a reason with an effect, in order."""
        return sorted(str(one["variable"]) for one in self._reasons if one.get("effect"))

    @property
    def warned(self) -> list[str]:
        """The given variables that a warning is about, in order."""
        warnings = " ".join(map(str, self.answer.body.get("warnings", ()))).replace(":", " ").split()
        return sorted(name for name in self.variables if name in warnings)

    @property
    def same(self) -> bool:
        """Whether the check has found no difference."""
        check = self.answer.body.get("check", {})
        return check.get("same") is True and not check.get("differences")

    def differences(self, field: str) -> dict[str, tuple[Any, Any]]:
        """What *field* was and becomes, for each of the first operations for which the check finds a difference."""
        found = self.answer.body.get("check", {}).get("differences", ())
        known = {one.api for one in Operation}
        return {
            str(one["operation"]): (one["old"], one["new"])
            for one in found
            if one["field"] == field and one["operation"] in known
        }

    @property
    def _configuration(self) -> Mapping[str, Any]:
        found = self.answer.body.get("configuration")
        return found if isinstance(found, dict) else {}

    @property
    def _reasons(self) -> list[Mapping[str, Any]]:
        return list(self.answer.body.get("reasons", ()))


def _leaves(value: Mapping[str, Any], before: str = "") -> Iterator[str]:
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from _leaves(inner, f"{before}{name}.")
        else:
            yield f"{before}{name}"
