"""Who a request comes from, by its `X-API-Key`."""

import hmac
from collections.abc import Mapping


class KeyRing:
    """The keys that open one part of the API, by their names."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._keys = {name: key.encode() for name, key in keys.items()}

    def owner(self, given: str) -> str | None:
        """The name of the key *given*; None for any other. Takes as long for one key as for another."""
        found = None
        for name, key in self._keys.items():
            if hmac.compare_digest(key, given.encode()):
                found = name
        return found
