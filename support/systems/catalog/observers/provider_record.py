"""What the provider saw: calls are counted where they arrive, never where they are made."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from support.core.errors import BrokenHarnessError
from support.standins.calls import call
from support.systems.catalog.standins.provider.record import ProviderRequest

__all__ = ["ProviderRecord", "ProviderRequest", "arrived_after", "gaps", "group_list_requests", "per_group"]


class ProviderRecord:
    """Reads a provider stand-in's record. *url* is its root, without /v2.4. Trouble is a `BrokenHarnessError`."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/_control/requests"

    def requests(self, *, include_probes: bool = False) -> list[ProviderRequest]:
        """Return all recorded requests by arrival, without our own probes unless asked for."""
        text = call("GET", self._url)
        try:
            found = msgspec.json.decode(text, type=list[ProviderRequest])
        except msgspec.DecodeError as trouble:
            raise BrokenHarnessError(f"{self._url} does not answer as a provider stand-in does: {trouble}") from trouble
        return [request for request in found if include_probes or not request.probe]

    def clear(self) -> None:
        call("DELETE", self._url)


def gaps(requests: Sequence[ProviderRequest]) -> list[float]:
    """Return the seconds between consecutive arrivals."""
    return [later.mono - earlier.mono for earlier, later in pairwise(requests)]


def per_group(requests: Iterable[ProviderRequest]) -> Counter[str]:
    """Count the catalogue requests of each bundle group; requests without a group are left out."""
    return Counter(request.group for request in requests if request.group is not None)


def arrived_after(requests: Iterable[ProviderRequest], moment: float) -> list[ProviderRequest]:
    """Return the requests that arrived after *moment*, a reading of `time.monotonic()` on the same machine."""
    return [request for request in requests if request.mono > moment]


def group_list_requests(requests: Iterable[ProviderRequest]) -> list[ProviderRequest]:
    """Return the requests for the list of groups, with which each reading of the whole catalog begins."""
    return [request for request in requests if request.path.endswith("/organisation/groups")]
