"""The requests that the provider received. Calls are counted at the provider, never in the client."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from support.core.errors import BrokenHarnessError
from support.standins.calls import call
from support.systems.catalog.standins.provider.record import ProviderRequest

__all__ = ["ProviderRecord", "ProviderRequest", "arrived_after", "gaps", "group_list_requests", "per_group"]


class ProviderRecord:
    """Client of the stand-in's record of requests. *url* is its root, without /v2.4. Errors raise `BrokenHarnessError`."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/_control/requests"

    def requests(self, *, include_probes: bool = False) -> list[ProviderRequest]:
        """Return all recorded requests by arrival, without Holdfast's own probes unless *include_probes*."""
        text = call("GET", self._url)
        try:
            found = msgspec.json.decode(text, type=list[ProviderRequest])
        except msgspec.DecodeError as error:
            raise BrokenHarnessError(f"{self._url} did not answer like a provider stand-in: {error}") from error
        return [request for request in found if include_probes or not request.probe]

    def clear(self) -> None:
        call("DELETE", self._url)


def gaps(requests: Sequence[ProviderRequest]) -> list[float]:
    """Return the seconds between consecutive arrivals."""
    return [later.mono - earlier.mono for earlier, later in pairwise(requests)]


def per_group(requests: Iterable[ProviderRequest]) -> Counter[str]:
    """Count the catalogue requests of each bundle group, ignoring requests without a group."""
    return Counter(request.group for request in requests if request.group is not None)


def arrived_after(requests: Iterable[ProviderRequest], moment: float) -> list[ProviderRequest]:
    """Return the requests that arrived after *moment*, a reading of `time.monotonic()` on the same machine."""
    return [request for request in requests if request.mono > moment]


def group_list_requests(requests: Iterable[ProviderRequest]) -> list[ProviderRequest]:
    """Return the requests for the list of groups; each fetch of the whole catalog begins with one."""
    return [request for request in requests if request.path.endswith("/organisation/groups")]
