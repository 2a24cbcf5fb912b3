"""The requests that the AI service received. Calls are counted there, never in the client."""

import json
from collections.abc import Iterable, Sequence

from support.standins.client import StandInRecord, gaps
from support.standins.record import RecordedRequest

__all__ = ["AiServiceRecord", "at_the_same_time", "gaps"]


class AiServiceRecord(StandInRecord):
    """The record of the AI service's stand-in; a request's key is its operation."""

    def of(self, operation: str) -> list[RecordedRequest]:
        return [request for request in self.requests() if request.key == operation]

    def instructions(self, operation: str) -> set[str]:
        """What the requests for *operation* told the AI service to do (the message of the role "system")."""
        messages = (one for request in self.of(operation) for one in json.loads(request.body)["messages"])
        return {str(one["content"]) for one in messages if one["role"] == "system"}

    def by_request(self) -> dict[str, list[RecordedRequest]]:
        found: dict[str, list[RecordedRequest]] = {}
        for request in self.requests():
            found.setdefault(request.headers.get("x-request-id", ""), []).append(request)
        return found


def at_the_same_time(requests: Iterable[RecordedRequest]) -> int:
    """How many of *requests* were open at once at most; one that was never answered is open until it was left."""
    edges: list[tuple[float, int]] = []
    for request in requests:
        edges.append((request.at, 1))
        if request.finished_at is not None:
            edges.append((request.finished_at, -1))
    return _highest([change for _, change in sorted(edges)])


def _highest(changes: Sequence[int]) -> int:
    highest = level = 0
    for change in changes:
        level += change
        highest = max(highest, level)
    return highest
