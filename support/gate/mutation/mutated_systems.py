"""The systems that have broken variants, and how a variant is put in place."""

from collections.abc import Iterable

from support.core.errors import BrokenHarnessError
from support.systems.protocol import Defects, System, Variant


class MutatedSystems:
    """Of *systems*, those with broken variants, *systems* by name. *variants* are all of theirs, by name."""

    def __init__(self, systems: Iterable[System]) -> None:
        found = {system.name: system.defects() for system in systems}
        self._defects: dict[str, Defects] = {name: defects for name, defects in found.items() if defects}
        self.variants: dict[str, Variant] = {}
        for defects in self._defects.values():
            if twice := sorted(set(self.variants) & set(defects.variants)):
                raise BrokenHarnessError(f"two systems have a broken variant called {twice[0]}; rename one")
            self.variants.update(defects.variants)
        self.systems = tuple(self._defects)
        self.places = frozenset(place for defects in self._defects.values() for place in defects.places)

    def mistakes(self, system: str) -> dict[str, tuple[str, ...]]:
        """The broken variants of *system*, without controls, each with the requirements that it breaks."""
        variants = self._defects[system].variants
        return {name: variant.breaks for name, variant in variants.items() if not variant.control}

    def contains(self, scenario: str) -> bool:
        """Whether the scenario with this id is about one of them."""
        return scenario.partition("/")[0] in self._defects

    def options(self, variant: str = "") -> list[str]:
        """Behave's options for *variant*; the other systems, or all if it is empty, are the unchanged reference systems."""
        options: list[str] = []
        for defects in self._defects.values():
            value = defects.value.format(variant) if variant in defects.variants else ""
            options += ["-D", f"{defects.setting}={value}"]
        return options

    def environment(self, variant: str = "") -> dict[str, str]:
        """The environment variables for *variant*."""
        own = next((defects for defects in self._defects.values() if variant in defects.variants), None)
        return {name: value.format(variant) for name, value in own.variables.items()} if own else {}
