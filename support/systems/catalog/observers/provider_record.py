"""The requests that the provider received. Calls are counted at the provider, never in the client."""

from collections import Counter
from collections.abc import Iterable

from support.standins.client import StandInRecord, gaps
from support.standins.record import RecordedRequest

__all__ = ["ProviderRecord", "gaps", "group_list_requests", "per_group"]


class ProviderRecord(StandInRecord):
    """The record of the provider's stand-in; a request's key is the bundle group that it asks for."""


def per_group(requests: Iterable[RecordedRequest]) -> Counter[str]:
    """Count the catalogue requests of each bundle group; requests without a group are left out."""
    return Counter(request.key for request in requests if request.key is not None)


def group_list_requests(requests: Iterable[RecordedRequest]) -> list[RecordedRequest]:
    """Return the requests for the list of groups, with which each reading of the whole catalog begins."""
    return [request for request in requests if request.path.endswith("/organisation/groups")]
