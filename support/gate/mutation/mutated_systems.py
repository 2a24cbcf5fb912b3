"""What can be proven: the reference systems, and the mistakes that can be put into each from outside."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from support.gate.mutation.trial import Variant
from support.systems.catalog.defects import DEFECTS
from support.systems.infrastructure.defects import MISTAKES

VARIABLE = "CATALOG_DEFECT"
CATALOG_WITH_DEFECTS = f"{sys.executable} -m support.systems.catalog.defects"


@dataclass(frozen=True, slots=True)
class Proven:
    """A system, judged by the features below *folder*.

    One of its *variants* is put into it by giving *setting* the *value*, and each of *variables* its own; {} becomes its name.
    """

    folder: str
    variants: Mapping[str, Variant]
    setting: str
    value: str
    variables: Mapping[str, str] = field(default_factory=dict)

    def options(self, variant: str) -> tuple[str, str]:
        """For the sound system, where *variant* is empty, whatever is set elsewhere is taken back."""
        return "-D", f"{self.setting}={self.value.format(variant) if variant else ''}"

    def environment(self, variant: str) -> dict[str, str]:
        return {name: value.format(variant) for name, value in self.variables.items()}


SYSTEMS = (
    Proven("catalog/", DEFECTS, "catalog_command", CATALOG_WITH_DEFECTS, {VARIABLE: "{}"}),
    Proven("infrastructure/", MISTAKES, "infrastructure_defect", "{}"),
)
VARIANTS: Mapping[str, Variant] = {name: one for system in SYSTEMS for name, one in system.variants.items()}
FOLDERS = tuple(system.folder for system in SYSTEMS)


def system_of(variant: str) -> Proven:
    return next(system for system in SYSTEMS if variant in system.variants)
