"""The script of the provider stand-in: an ordered list of rules; the first rule that takes a request answers it.

One definition for both sides of the control API. As JSON:

    [{"group": "Regional Bundles", "first": 2, "answer": {"kind": "status", "status": 503, "retry_after": 1}},
     {"rate": 0.3, "latency_s": 0.2, "answer": {"kind": "drop"}}]

A rule counts the requests that reach it: those of its group which no rule above it has answered. So rules that are
spent hand over to the next, and a script reads as a sequence. What no rule takes gets the good answer.
"""

from typing import Annotated, Literal

import msgspec

Count = Annotated[int, msgspec.Meta(ge=0)]
ErrorStatus = Literal[401, 403, 404, 429, 500, 502, 503]
Seconds = Annotated[float, msgspec.Meta(ge=0)]


class _Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", omit_defaults=True):
    pass


class Ok(_Kind, tag="ok", frozen=True):
    """The good answer; with a latency it is merely late."""


class Status(_Kind, tag="status", frozen=True):
    """An error status with the provider's `{"message"}`; Retry-After in seconds or as a date that far ahead."""

    status: ErrorStatus
    retry_after: Count | None = None
    retry_at: Seconds | None = None

    def __post_init__(self) -> None:
        if self.retry_after is not None and self.retry_at is not None:
            raise ValueError("say retry_after (seconds) or retry_at (seconds ahead, sent as a date), not both")


class InvalidJson(_Kind, tag="invalid_json", frozen=True):
    """The first half of the good answer, sent as if it were all."""


class TruncatedBody(_Kind, tag="truncated_body", frozen=True):
    """Content-Length of the good answer, half of its body, then the connection is closed."""


class WrongTypes(_Kind, tag="wrong_types", frozen=True):
    """Every bundle has a text for a price and a list for its data amount; every group a list for its name."""


class MissingFields(_Kind, tag="missing_fields", frozen=True):
    """Every bundle lacks name and price; every group its name."""


class NotTheEnvelope(_Kind, tag="not_the_envelope", frozen=True):
    """Well-formed JSON of another shape: a bare list for a catalogue page, `{}` for the list of groups."""


class SomeBundlesCorrupt(_Kind, tag="some_bundles_corrupt", frozen=True):
    """Of each page, bundle 1, 1+n, 1+2n... is corrupt, in turn by wrong types and by missing fields."""

    one_in: Annotated[int, msgspec.Meta(ge=1)]


class Silent(_Kind, tag="silent", frozen=True):
    """Never answers. Ends when the client leaves, or by a reset."""


class Drop(_Kind, tag="drop", frozen=True):
    """The connection is closed without an answer."""


Spoiled = InvalidJson | WrongTypes | MissingFields | NotTheEnvelope | SomeBundlesCorrupt
Answer = Ok | Status | TruncatedBody | Spoiled | Silent | Drop


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Who is answered (group; null = every request, the list of groups too), which of them, how late, and with what.

    Of the requests that the rule counts it skips the first `after`, then takes `first` (null = all), and of these
    the share `rate`, drawn from the seed, the rule's place in the script and the request's number: repeatable.
    """

    answer: Answer
    group: str | None = None
    after: Count = 0
    first: Count | None = None
    rate: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    latency_s: Seconds = 0.0
