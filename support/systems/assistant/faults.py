"""What only the AI service can do wrong: for one operation, a number of times, or in the form of its answers."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from support.faults.model import StandinFault
from support.faults.phrases import phrase
from support.probes.reading import Reading, Symptom
from support.systems.assistant.operations import Operation


@dataclass(frozen=True, kw_only=True)
class AiServiceFault(StandinFault):
    """Strikes the requests of one *operation* (None: all), and only the first *times* of them (None: all)."""

    operation: Operation | None = None
    times: int | None = None


@phrase("answers with error {status} for {operation}", term="HTTP {status} for one operation")
@phrase(
    "answers {times} requests with error {status} and then works",
    term="a transient failure: HTTP {status}, {times} times",
)
@phrase(
    "answers {times} requests for {operation} with error {status} and then works",
    term="a transient failure of one operation",
)
@dataclass(frozen=True, kw_only=True)
class Errors(AiServiceFault):
    status: int

    def felt(self, seen: Reading) -> bool:
        return seen.said == f"HTTP {self.status}"


@phrase(
    "answers the first attempt of 1 in {one_in} requests with error {status}",
    term="a partial outage: HTTP {status} for every {one_in}th request, and not for its next attempt",
)
@dataclass(frozen=True, kw_only=True)
class SomeErrors(AiServiceFault):
    """Every *one_in*-th request, beginning with the first; when it is sent again, it is answered."""

    status: int
    one_in: int

    def felt(self, seen: Reading) -> bool:
        return seen.said == f"HTTP {self.status}"


@phrase("rejects {times} requests as too frequent and then works", term="HTTP 429 without Retry-After, {times} times")
@phrase("asks us once to retry in {wait} and then works", term="HTTP 429 with Retry-After in seconds, once", times=1)
@phrase(
    "asks us {times} times to retry in {wait} and then works",
    term="HTTP 429 with Retry-After in seconds, {times} times",
)
@phrase(
    "asks us once to retry at a time {wait} away and then works",
    term="HTTP 429 with Retry-After as an HTTP date, once",
    as_date=True,
    times=1,
)
@dataclass(frozen=True, kw_only=True)
class AsksToWait(AiServiceFault):
    """429; the wait that it asks for comes in seconds or as a date, or not at all."""

    wait: timedelta | None = None
    as_date: bool = False

    def felt(self, seen: Reading) -> bool:
        return seen.said == "HTTP 429"


class Wrong(Enum):
    """Ways in which an answer with status 200 can be no answer, by the words of the features."""

    EMPTY_BODY = "an empty body"
    NOT_JSON = "a text that is not JSON"
    OTHER_SHAPE = "data of another shape"
    ERROR_INSIDE = "an error with status 200"
    NO_CHOICES = "no choice of answers"
    NO_TEXT = "an answer without text"
    WRONG_TYPE = "an answer that is not text"
    FILTERED = "an answer that was not finished"


@phrase("sends {kind}", term="a malformed answer: status 200, {kind}")
@phrase("sends {kind} once and then works", term="a malformed answer, once", times=1)
@dataclass(frozen=True, kw_only=True)
class WrongAnswers(AiServiceFault):
    """The status says that all is well, and the body is no answer."""

    kind: Wrong

    def felt(self, seen: Reading) -> bool:
        return seen.said.startswith("unfit")


@phrase("takes requests and answers none", term="no response: the request was read, and the connection stays open")
@phrase("takes requests for {operation} and answers none", term="no response, for one operation")
@phrase("takes {times} requests without an answer and then works", term="no response, {times} times")
@dataclass(frozen=True, kw_only=True)
class Mute(AiServiceFault):
    """The service has the request, and may work on it; nobody hears of it."""

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.SILENT


@phrase("begins its answers and never ends them", term="a response that stalls in its body")
@phrase(
    "begins {times} answers without an end and then works", term="a response that stalls in its body, {times} times"
)
@dataclass(frozen=True, kw_only=True)
class StalledAnswers(AiServiceFault):
    """Status, headers and the first part of the body come in time; then not another byte."""

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.SILENT


@phrase("breaks off its answers", term="a body that is shorter than its Content-Length")
@phrase(
    "breaks off {times} answers and then works", term="a body that is shorter than its Content-Length, {times} times"
)
@dataclass(frozen=True, kw_only=True)
class BrokenOffAnswers(AiServiceFault):
    """The connection is closed in the middle of the body."""

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.CUT


@phrase("drops requests for {operation}", term="connections that are closed without a response, for one operation")
@dataclass(frozen=True, kw_only=True)
class DroppedRequests(AiServiceFault):
    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.CUT


@phrase("needs {delay} for each answer", term="latency of the service itself")
@phrase("needs {delay} for {operation}", term="latency of one operation")
@phrase("needs {delay} for one answer and then works", term="latency, once", times=1)
@phrase("needs {delay} for {times} answers and then works", term="latency, {times} times")
@dataclass(frozen=True, kw_only=True)
class SlowAnswers(AiServiceFault):
    """Good answers, *delay* late."""

    delay: timedelta

    def patience_s(self) -> float:
        return min(self.delay.total_seconds() + 0.2, 0.5)

    def felt(self, seen: Reading) -> bool:
        late = seen.after_s >= self.delay.total_seconds()
        return seen.symptom is Symptom.SILENT or (seen.symptom is Symptom.ANSWERS and late)


@phrase("answers once with error {status} and then breaks off its answers", term="HTTP {status}, then truncated bodies")
@dataclass(frozen=True, kw_only=True)
class ErrorThenBrokenOff(AiServiceFault):
    """What goes wrong differs from attempt to attempt."""

    status: int

    def felt(self, seen: Reading) -> bool:
        return seen.said == f"HTTP {self.status}"


@phrase("needs {delay} for one answer and then answers with error {status}", term="latency, then HTTP {status}")
@dataclass(frozen=True, kw_only=True)
class SlowThenErrors(AiServiceFault):
    """Whoever came first is answered well, after others have met errors."""

    delay: timedelta
    status: int

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.SILENT


FAULTS = (
    *(
        Errors,
        SomeErrors,
        AsksToWait,
        WrongAnswers,
        Mute,
        StalledAnswers,
        BrokenOffAnswers,
        DroppedRequests,
        SlowAnswers,
    ),
    *(ErrorThenBrokenOff, SlowThenErrors),
)
