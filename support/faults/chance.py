"""Choices that are left to chance, and can be made again: from the run's seed and the scenario's name alone."""

from random import Random
from typing import Protocol


class Log(Protocol):
    def write(self, event: str, **fields: object) -> None: ...


class Chance:
    """The same *seed* and *scenario* draw the same, whatever ran before; each draw is on record."""

    def __init__(self, seed: int, scenario: str, log: Log) -> None:
        self.seed = seed
        self._scenario = scenario
        self._log = log
        self._random = Random(f"{seed}/{scenario}")  # noqa: S311 - to be repeated, not to be guessed

    def number(self, what: str, least: int, most: int) -> int:
        drawn = self._random.randint(least, most)
        self._log.write("drawn", scenario=self._scenario, what=what, value=drawn)
        return drawn
