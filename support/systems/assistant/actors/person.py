"""A person who asks the assistant for something, and notes the answer."""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from support.behave_runtime.stage import unfolded
from support.core.amounts import counted, span
from support.core.http_client import Response
from support.systems.assistant.actors.assistant_api import KEY, AssistantApi

OK = 200
QUESTION = "Who wrote it?"
LONGEST_TEXT = 120  # characters of an answer that a sentence tells
_letters = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer to a person; *operation* and *text* are what was asked.

    *status* is None when no complete answer arrived. *error* is the name of a refusal, *said* the body, or what went wrong.
    *contradiction* says what the headers name otherwise than the body; empty if they agree.
    """

    operation: str
    text: str
    status: int | None
    source: str
    result: str
    attempts: int | None
    errors: tuple[str, ...]
    waited: timedelta
    at: float
    request_id: str
    error: str = ""
    said: str = ""
    age: timedelta | None = None
    age_header: timedelta | None = None
    come_back_after: timedelta | None = None
    come_back_after_header: timedelta | None = None
    contradiction: str = ""

    @property
    def answered(self) -> bool:
        """Whether it is an answer at all: live, stored or a fallback."""
        return self.status == OK and bool(self.result.strip())

    def __str__(self) -> str:
        """For example: 200 after 12 ms, live, 2 attempts (server_error): "summarize 3 [...]"."""
        when = span(self.waited.total_seconds())
        if self.status is None:
            return f"none after {when} ({self.error})"
        failures = f" ({', '.join(self.errors)})" if self.errors else ""
        attempts = f", {counted(self.attempts, 'attempt')}" if isinstance(self.attempts, int) else ""
        told = f"{self.source}{attempts}{failures}" if self.answered else self.error or "no answer"
        return f'{self.status} after {when}, {told}: "{(self.result or self.said)[:LONGEST_TEXT]}"'


@dataclass(frozen=True, slots=True)
class Crowd:
    """The answers to many people, in the order in which they asked."""

    replies: tuple[Reply, ...]


def replies_in(history: Iterable[object]) -> list[Reply]:
    """All answers to people in the *history* of a scenario, those of crowds too."""
    return [one for one in unfolded(history) if isinstance(one, Reply)]


class Person:
    """Asks the assistant. A service that hangs or refuses gives a `Reply` too, not an exception. *key* is the person's own."""

    def __init__(self, assistant: AssistantApi, key: str = KEY) -> None:
        self._assistant = assistant
        self._key = key

    def ask(self, operation: str, *, text: str = "", question: str = QUESTION, request_id: str = "") -> Reply:
        """Without a *text* it is a letter that nobody has asked about before, so no stored answer fits."""
        text = text or new_letter()
        options = {"options": {"question": question}} if operation == "qa" else {}
        asked = {"text": text, "operation": operation, **options}
        answer = self._assistant.process(asked, key=self._key, request_id=request_id)
        return _reply(operation, text, answer)


def new_letter() -> str:
    """A text that was never used before in this run."""
    return f"Letter {next(_letters):06d}: the parcel arrived on Tuesday, and everybody was pleased."


def _reply(operation: str, text: str, answer: Response) -> Reply:
    body = answer.body
    errors = body.get("errors")
    return Reply(
        operation=operation,
        text=text,
        status=answer.status,
        source=str(body.get("source", "")),
        result=str(body.get("result", "")),
        attempts=body.get("attempts"),
        errors=tuple(map(str, errors)) if isinstance(errors, list) else (),
        waited=timedelta(seconds=answer.waited_s),
        at=answer.at,
        request_id=str(body.get("request_id", "")),
        error=str(body.get("error", answer.error)),
        said=answer.text or answer.error,
        age=_seconds(body.get("age_seconds")),
        age_header=_seconds(answer.headers.get("Age")),
        come_back_after=_seconds(body.get("retry_after_seconds")),
        come_back_after_header=_seconds(answer.headers.get("Retry-After")),
        contradiction=_contradiction(answer.status, body, answer.headers),
    )


def _contradiction(status: int | None, body: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    if status is None:
        return ""
    pairs = {"X-Request-ID": "request_id"} | ({"Answer-Source": "source"} if status == OK else {})
    for header, name in pairs.items():
        if headers.get(header) != body.get(name):
            return f"its header {header} is {headers.get(header)!r}, its body has the {name} {body.get(name)!r}"
    return ""


def _seconds(value: object) -> timedelta | None:
    try:
        return timedelta(seconds=float(str(value)))
    except ValueError:
        return None
