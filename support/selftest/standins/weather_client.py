"""The weather service's stand-in as the tests use it."""

from typing import Any

import httpx
import requests

from support.standins.client import StandInControl, StandInRecord
from support.standins.record import RecordedRequest
from support.standins.script import (
    AnyRule,
)

WEATHER = "support.selftest.standins.weather"
PROBE = {"X-Holdfast-Probe": "1"}
READINGS = ["data: 20\n\n", "data: 21\n\n", "data: 22\n\n"]


class Weather:
    """The stand-in as the tests use it: from the side of the client, of the script, and of the record."""

    def __init__(self, url: str) -> None:
        self.url, self.control, self.record = url, StandInControl(url), StandInRecord(url)

    def get(
        self, path: str = "/forecast", *, headers: dict[str, str] | None = None, timeout: float = 3, **query: Any
    ) -> requests.Response:
        return requests.get(f"{self.url}{path}", params=query, headers=headers, timeout=timeout)

    def statuses(self, count: int, path: str = "/forecast", **query: Any) -> list[int]:
        return [self.get(path, **query).status_code for _ in range(count)]

    def script(self, *rules: AnyRule) -> None:
        self.control.script(rules)

    def read_stream(self) -> tuple[str, Exception | None]:
        """Return what came of the stream, and what ended it early."""
        received = ""
        try:
            with httpx.stream("GET", f"{self.url}/live", timeout=0.5) as answer:
                for text in answer.iter_text():
                    received += text
        except httpx.HTTPError as error:
            return received, error
        return received, None


def end(request: RecordedRequest) -> float:
    assert request.finished_at is not None
    return request.finished_at
