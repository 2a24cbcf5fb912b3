"""The script of a stand-in: an ordered list of rules. The first rule that takes a request answers it.

Both sides of the control API share these definitions. As JSON:

    [{"path": "/v1/orders/*", "first": 2, "answer": {"kind": "status", "status": 503, "retry_after": 1}},
     {"rate": 0.3, "latency_s": 0.2, "answer": {"kind": "drop"}}]

A rule counts the requests that reach it: those that match it and that no rule above has answered. A rule that is used
up leaves its requests to the next, so a script reads as a sequence. A request that no rule takes gets the good answer.
"""

from typing import Annotated, Generic, Literal, TypeVar

import msgspec

Count = Annotated[int, msgspec.Meta(ge=0)]
ErrorStatus = Annotated[int, msgspec.Meta(ge=400, le=599)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", omit_defaults=True):
    """Base of all answers; `kind` is the name of one in JSON."""


class Ok(Answer, tag="ok", frozen=True):
    """The good answer, for a rule that only delays it or exempts requests from the rules below."""


class Status(Answer, tag="status", frozen=True):
    """An error status, with Retry-After in seconds or as the date that lies so many seconds ahead (RFC 9110, 10.2.3)."""

    status: ErrorStatus
    retry_after: Count | None = None
    retry_at: Seconds | None = None

    def __post_init__(self) -> None:
        if self.retry_after is not None and self.retry_at is not None:
            raise ValueError("say retry_after (seconds) or retry_at (seconds ahead, sent as a date), not both")


class Silent(Answer, tag="silent", frozen=True):
    """No answer at all. Ends when the client disconnects, or with a reset of the stand-in."""


class Drop(Answer, tag="drop", frozen=True):
    """The connection is closed without an answer."""


class TruncatedBody(Answer, tag="truncated_body", frozen=True):
    """Content-Length of the good answer, half of its body, then the connection is closed."""


class CutStream(Answer, tag="cut_stream", frozen=True):
    """The first `after` chunks of a streamed good answer; then the connection is closed, or left open without another byte."""

    after: Count
    end: Literal["close", "silence"] = "close"


class ChangedBody(Answer, frozen=True):
    """The good answer with another body of the right length. A system's own malformed answers derive from it.

    An error status of the service itself passes unchanged.
    """

    def change(self, good: bytes) -> bytes:
        raise NotImplementedError


class InvalidJson(ChangedBody, tag="invalid_json", frozen=True):
    """The first half of the good answer's body, sent as if it were all."""

    def change(self, good: bytes) -> bytes:
        return good[: len(good) // 2]


class ReplacedBody(ChangedBody, tag="replaced_body", frozen=True):
    """The good answer's status and headers with `body`, which may be empty."""

    body: str

    def change(self, good: bytes) -> bytes:  # noqa: ARG002  replaced whatever it was
        return self.body.encode()


ANSWERS: tuple[type[Answer], ...] = (
    *(Ok, Status, Silent, Drop, TruncatedBody, CutStream),
    *(InvalidJson, ReplacedBody),
)
"""What every stand-in can answer."""

A_co = TypeVar("A_co", bound=Answer, covariant=True)


class Rule(msgspec.Struct, Generic[A_co], frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Which requests it matches, how many of them it takes, how late it answers, and with what.

    A request has to match all that is given: `method`; `path`, in which * stands for any text; the parameters in
    `query`; the `headers`; the `key` that the stand-in computes for the request. Of the matching requests the rule
    skips the first `after`, then takes `first` (null = all); of these one in `every`, beginning with the first; and of
    these the share `rate`, drawn from the seed, the rule's place in the script and the request's number: repeatable.
    """

    answer: A_co
    method: str | None = None
    path: str | None = None
    query: dict[str, str] = {}
    headers: dict[str, str] = {}
    key: str | None = None
    after: Count = 0
    first: Count | None = None
    every: Annotated[int, msgspec.Meta(ge=1)] = 1
    rate: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    latency_s: Seconds = 0.0


AnyRule = Rule[Answer]
