"""Tells a running provider stand-in what to have and how to misbehave. All trouble is a `BrokenHarnessError`."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from support.standins.calls import call
from support.systems.catalog.data.bundles import Bundle
from support.systems.catalog.standins.provider.script import Rule

GENERATION_TIMEOUT_S = 30.0


class ProviderControl:
    """*url* is the stand-in's root, without /v2.4: http://127.0.0.1:9001."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/_control"

    def catalogue(self, groups: Mapping[str, Iterable[Bundle]]) -> None:
        """Replace all data."""
        data = {"groups": {name: list(members) for name, members in groups.items()}}
        call("PUT", f"{self._url}/catalogue", msgspec.json.encode(data))

    def generate(self, groups: Mapping[str, int], *, price: Decimal = Decimal("19.00")) -> None:
        """Replace all data by so many bundles a group, made at the stand-in (200,000 at most)."""
        order = msgspec.json.encode({"groups": dict(groups), "price": float(price)})
        call("POST", f"{self._url}/catalogue/generate", order, timeout_s=GENERATION_TIMEOUT_S)

    def script(self, rules: Sequence[Rule]) -> None:
        """Replace the script; every count starts again. An empty script is a healthy provider."""
        call("PUT", f"{self._url}/script", msgspec.json.encode(rules))

    def reset(self) -> None:
        """Back to a healthy provider without data or memory; whoever still waits for an answer is hung up on."""
        call("POST", f"{self._url}/reset")
