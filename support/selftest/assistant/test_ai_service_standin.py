"""The AI service's stand-in answers whoever asked, and has malformed answers of its own."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from support.selftest.standins.child_process import running
from support.standins.client import StandInControl
from support.standins.script import Rule
from support.systems.assistant.ai_service_injector import MALFORMED
from support.systems.assistant.dependencies import fitness
from support.systems.assistant.faults import Wrong
from support.systems.assistant.observers.ai_service_record import AiServiceRecord

HEADERS = {"Authorization": "Bearer ai-key", "X-Request-ID": "r-1", "X-Operation": "qa", "X-Attempt": "2"}
MESSAGES = [{"role": "system", "content": "Answer."}, {"role": "user", "content": "Letter 7"}]


class AiService:
    """The stand-in as the tests use it."""

    def __init__(self, url: str) -> None:
        self.url, self.control, self.record = url, StandInControl(url), AiServiceRecord(url)

    def ask(self, *, path: str = "/v1/chat/completions", body: Any = None, **headers: str) -> requests.Response:
        asked = {"model": "assistant-1", "messages": MESSAGES} if body is None else body
        return requests.post(f"{self.url}{path}", json=asked, headers=HEADERS | headers, timeout=3)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running("support.systems.assistant.standins.ai_service", "--seed", "7") as address:
        yield address


@pytest.fixture
def service(url: str) -> AiService:
    service = AiService(url)
    service.control.reset()
    return service


def test_an_answer_repeats_what_was_asked_and_no_two_are_alike(service: AiService) -> None:
    first, second = (service.ask().json()["choices"][0] for _ in range(2))
    assert first["finish_reason"] == "stop"
    assert first["message"]["content"].startswith("qa ")
    assert first["message"]["content"].endswith(": Letter 7")
    assert first["message"]["content"] != second["message"]["content"]


def test_the_record_tells_whose_attempt_a_request_was(service: AiService) -> None:
    service.ask()
    (request,) = service.record.by_request()["r-1"]
    assert (request.key, request.headers["x-attempt"], json.loads(request.body)["messages"]) == ("qa", "2", MESSAGES)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"path": "/v1/models"}, 404),
        ({"Authorization": "Bearer another"}, 401),
        ({"body": {"messages": []}}, 400),
        ({"body": []}, 400),
    ],
)
def test_what_it_does_not_understand_it_refuses(service: AiService, asked: dict[str, Any], status: int) -> None:
    answer = service.ask(**asked)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])


@pytest.mark.parametrize("kind", Wrong)
def test_a_malformed_answer_is_a_200_and_unfit(service: AiService, kind: Wrong) -> None:
    good = service.ask()
    service.control.script([Rule(answer=MALFORMED[kind], key="qa")])
    bad = service.ask()
    assert bad.status_code == 200
    assert fitness(_raw(good)) == "HTTP 200"
    assert fitness(_raw(bad)).startswith("unfit")
    assert service.ask(**{"X-Operation": "summarize"}).json()["choices"]


def _raw(answer: requests.Response) -> bytes:
    return f"HTTP/1.1 {answer.status_code} OK\r\n\r\n".encode() + answer.content
