"""What can be proven: the reference systems, and the mistakes that can be put into each from outside."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from support.backends.clusters.mistakes import MISTAKES
from support.gate.proof.trial import Variant
from support.systems.catalog.defects import DEFECTS

VARIABLE = "CATALOG_DEFECT"
CATALOG_WITH_DEFECTS = f"{sys.executable} -m support.systems.catalog.defects"


@dataclass(frozen=True, slots=True)
class Proven:
    """A system, judged by the features below *folder*; {} in *settings* and *variables* becomes the name of a variant."""

    folder: str
    variants: Mapping[str, Variant]
    settings: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)

    def options(self, variant: str) -> list[str]:
        return [word for setting in self.settings for word in ("-D", setting.format(variant))]

    def environment(self, variant: str) -> dict[str, str]:
        return {name: value.format(variant) for name, value in self.variables.items()}


SYSTEMS = (
    Proven("catalog/", DEFECTS, (f"catalog_command={CATALOG_WITH_DEFECTS}",), {VARIABLE: "{}"}),
    Proven("infrastructure/", MISTAKES, ("infrastructure_defect={}",)),
)
VARIANTS: Mapping[str, Variant] = {name: one for system in SYSTEMS for name, one in system.variants.items()}
FOLDERS = tuple(system.folder for system in SYSTEMS)


def system_of(variant: str) -> Proven:
    return next(system for system in SYSTEMS if variant in system.variants)
