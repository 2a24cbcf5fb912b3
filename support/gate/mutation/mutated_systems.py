"""The broken variants of all systems, and how each is put on from outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from support.systems.protocol import Defects, System, Variant


@dataclass(frozen=True, slots=True)
class Mutated:
    """A system whose features lie below *folder*, and its *defects*."""

    folder: str
    defects: Defects

    def options(self, variant: str) -> tuple[str, str]:
        """For the sound system, where *variant* is empty, whatever is set elsewhere is taken back."""
        return "-D", f"{self.defects.setting}={self.defects.value.format(variant) if variant else ''}"

    def environment(self, variant: str) -> dict[str, str]:
        return {name: value.format(variant) for name, value in self.defects.variables.items()}


class MutatedSystems:
    def __init__(self, systems: Sequence[System]) -> None:
        found = {system.name: system.defects() for system in systems}
        self.all = [Mutated(f"{name}/", defects) for name, defects in found.items() if defects]

    @property
    def variants(self) -> Mapping[str, Variant]:
        return {name: one for system in self.all for name, one in system.defects.variants.items()}

    @property
    def folders(self) -> tuple[str, ...]:
        return tuple(system.folder for system in self.all)

    @property
    def places(self) -> set[str]:
        return {place for system in self.all for place in system.defects.places}

    def of(self, variant: str) -> Mutated:
        return next(system for system in self.all if variant in system.defects.variants)
