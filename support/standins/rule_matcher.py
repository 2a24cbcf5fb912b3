"""Decides which rule of a script answers a request."""

import hashlib
from collections.abc import Sequence
from fnmatch import fnmatchcase

from starlette.requests import Request

from support.standins.script import AnyRule, Ok, Rule


class RuleMatcher:
    """Counts for each rule. The same seed, script and order of requests give the same answers."""

    def __init__(self, rules: Sequence[AnyRule], seed: int) -> None:
        self._rules = rules
        self._seed = seed
        self._counts = [0] * len(rules)

    def choose(self, request: Request, key: str | None, *, probe: bool) -> tuple[int | None, AnyRule]:
        """Return the rule that answers, and its place in the script. A probe sees what comes next and is not counted."""
        for place, rule in enumerate(self._rules):
            if not _matches(rule, request, key):
                continue
            number = self._counts[place]
            if not probe:
                self._counts[place] += 1
            if self._takes(place, rule, number):
                return place, rule
        return None, Rule(answer=Ok())

    def _takes(self, place: int, rule: AnyRule, number: int) -> bool:
        in_turn = number >= rule.after and (rule.first is None or number < rule.after + rule.first)
        in_turn = in_turn and (number - rule.after) % rule.every == 0
        return in_turn and self._draw(place, number) < rule.rate

    def _draw(self, place: int, number: int) -> float:
        digest = hashlib.blake2b(f"{self._seed}/{place}/{number}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / 2**64


def _matches(rule: AnyRule, request: Request, key: str | None) -> bool:
    return (
        rule.key in (None, key)
        and rule.method in (None, request.method)
        and (rule.path is None or fnmatchcase(request.scope["path"], rule.path))
        and all(request.query_params.get(name) == value for name, value in rule.query.items())
        and all(request.headers.get(name) == value for name, value in rule.headers.items())
    )
