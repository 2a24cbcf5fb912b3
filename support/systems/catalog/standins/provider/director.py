"""Plays a script: decides which rule answers a request."""

import hashlib
from collections.abc import Sequence

from support.systems.catalog.standins.provider.script import Ok, Rule


class Director:
    """Plays one script and keeps each rule's count. The same seed, script and order of requests give the same play."""

    def __init__(self, rules: Sequence[Rule], seed: int) -> None:
        self._rules = rules
        self._seed = seed
        self._counted = [0] * len(rules)

    def decide(self, group: str | None, *, probe: bool) -> tuple[int | None, Rule]:
        """Return the place and the rule that answers a request. A probe sees what comes next and is not counted."""
        for place, rule in enumerate(self._rules):
            if rule.group not in (None, group):
                continue
            number = self._counted[place]
            if not probe:
                self._counted[place] += 1
            if self._takes(place, rule, number):
                return place, rule
        return None, Rule(answer=Ok())

    def _takes(self, place: int, rule: Rule, number: int) -> bool:
        in_time = number >= rule.after and (rule.first is None or number < rule.after + rule.first)
        return in_time and self._draw(place, number) < rule.rate

    def _draw(self, place: int, number: int) -> float:
        digest = hashlib.blake2b(f"{self._seed}/{place}/{number}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / 2**64
