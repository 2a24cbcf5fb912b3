"""The state of a provider stand-in: its data, its script, its record."""

import asyncio
from collections.abc import Sequence

from support.systems.catalog.standins.provider.catalogue import Catalogue
from support.systems.catalog.standins.provider.director import Director
from support.systems.catalog.standins.provider.record import Record
from support.systems.catalog.standins.provider.script import Rule


class StandIn:
    def __init__(self, key: str, seed: int) -> None:
        self.key = key
        self.seed = seed
        self.catalogue = Catalogue()
        self.record = Record()
        self.director = Director((), seed)
        self.released = asyncio.Event()

    def play(self, rules: Sequence[Rule]) -> None:
        """Replace the script; all counts start again. Requests that already wait go on waiting."""
        self.director = Director(rules, self.seed)

    def release(self) -> None:
        """End every wait: the connections of late and silent answers are closed."""
        self.released.set()
        self.released = asyncio.Event()

    def reset(self) -> None:
        self.catalogue = Catalogue()
        self.play(())
        self.record.clear()
        self.release()
