"""A program that sends what it likes, with the key that it likes."""

from collections.abc import Mapping
from dataclasses import dataclass

from support.core.background import Background
from support.core.http_client import Response
from support.systems.assistant.actors.assistant_api import KEY, AssistantApi
from support.systems.assistant.actors.wrong_requests import WRONG
from support.systems.assistant.environment.topology import ADMINISTRATORS

KEYS: Mapping[str, str] = {
    "without a key": "",
    "with an unknown key": "people-key-51d1",
    "with the key of people": KEY,
    "with the key of an administrator": ADMINISTRATORS["ana"],
    "with half a key": KEY[: len(KEY) // 2],
}
PAGES = (
    *(
        ("GET", page)
        for page in ("configuration", "presets", "environment", "breakers", "audit", "alerts", "history", "benchmarks")
    ),
    ("PUT", "configuration"),
    ("POST", "configuration/validate"),
    ("PUT", "operations/qa"),
    ("DELETE", "operations/qa"),
    ("POST", "presets/development/apply"),
    ("POST", "migrations"),
    ("POST", "breakers/qa/open"),
    ("POST", "breakers/qa/reset"),
    ("POST", "benchmarks"),
)


@dataclass(frozen=True, slots=True)
class Refusals:
    """The answers to several requests that cannot be served."""

    answers: tuple[Response, ...]


class Program:
    def __init__(self, assistant: AssistantApi) -> None:
        self._assistant = assistant

    def send(self, body: bytes, key: str = KEY) -> Response:
        return self._assistant.call("POST", "/v1/process", body, _with(key) | {"Content-Type": "application/json"})

    def send_all_wrong(self) -> Refusals:
        return Refusals(tuple(self.send(body) for body in WRONG.values()))

    def open_administration(self, key: str) -> Refusals:
        """Every page, each with a body that would be accepted."""
        return Refusals(
            tuple(
                self._assistant.call(verb, f"/v1/admin/{page}", None if verb in {"GET", "DELETE"} else {}, _with(key))
                for verb, page in PAGES
            )
        )


class SendingWrongRequests(Background):
    """A program that does so until the end."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self._program = program

    def work(self) -> None:
        while not self.over.is_set():
            self._program.send_all_wrong()


def _with(key: str) -> dict[str, str]:
    return {"X-API-Key": key} if key else {}
