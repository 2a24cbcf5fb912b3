"""Controls a running provider stand-in: what it sells, and how it misbehaves."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from support.standins.client import StandInControl, call
from support.systems.catalog.data.bundles import Bundle

GENERATION_TIMEOUT_S = 30.0


class ProviderControl(StandInControl):
    """*url* is the stand-in's root, without /v2.4. Trouble is a `BrokenHarnessError`."""

    def catalogue(self, groups: Mapping[str, Iterable[Bundle]]) -> None:
        """Replace all data."""
        data = {"groups": {name: list(members) for name, members in groups.items()}}
        call("PUT", f"{self._url}/catalogue", msgspec.json.encode(data))

    def generate(self, groups: Mapping[str, int], *, price: Decimal = Decimal("19.00")) -> None:
        """Replace all data by so many bundles a group, made at the stand-in (200,000 at most)."""
        order = msgspec.json.encode({"groups": dict(groups), "price": float(price)})
        call("POST", f"{self._url}/catalogue/generate", order, timeout_s=GENERATION_TIMEOUT_S)
