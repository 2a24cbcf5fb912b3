"""Client of the assistant's HTTP contract, without its administration."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from support.core.http_client import HttpClient, Response
from support.systems.assistant.environment.topology import PEOPLE

KEY = PEOPLE["people"]


@dataclass(frozen=True, slots=True)
class Started:
    """When the service says that it has started; empty when it says nothing of that."""

    at: str


class AssistantApi(HttpClient):
    """A system with another interface provides a class with these methods."""

    def process(self, body: Mapping[str, Any], *, key: str = KEY, request_id: str = "") -> Response:
        named = {"X-Request-ID": request_id} if request_id else {}
        return self.call("POST", "/v1/process", body, {"X-API-Key": key, **named})

    def health(self) -> Response:
        return self.get("/health")

    def started(self) -> Started:
        return Started(str(self.get("/health/live").body.get("started_at", "")))

    def metrics(self) -> str:
        return self.get("/metrics").text
