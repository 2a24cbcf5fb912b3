"""What the parts of the assistant hand to each other: settings, requests, answers, failures. Times are in seconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What became of a call, if not a success."""

    CONNECTION = "connection"
    TIME_OUT = "time_out"
    SERVER_ERROR = "server_error"
    RATE_LIMITED = "rate_limited"
    MALFORMED = "malformed"
    REJECTED = "rejected"
    MISCONFIGURED = "misconfigured"
    BREAKER_OPEN = "breaker_open"
    BULKHEAD_FULL = "bulkhead_full"


class Source(StrEnum):
    LIVE = "live"
    CACHED = "cached"
    FALLBACK = "fallback"


class BreakerState(StrEnum):
    CLOSED = "closed"
    HALF_OPEN = "half_open"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class RetrySettings:
    """*attempts* include the first."""

    attempts: int
    backoff_first_s: float
    backoff_cap_s: float
    jitter_s: float
    attempt_timeout_s: float
    deadline_s: float


@dataclass(frozen=True, slots=True)
class BreakerSettings:
    failures: int
    open_s: float
    probes: int
    minimum_calls: int
    slow_call_s: float


@dataclass(frozen=True, slots=True)
class BulkheadSettings:
    concurrent: int
    wait_s: float


@dataclass(frozen=True, slots=True)
class OperationSettings:
    """How one operation is carried out. *prompt* is the instruction to the AI service."""

    name: str
    strategy: str
    prompt: str
    retry: RetrySettings
    breaker: BreakerSettings
    bulkhead: BulkheadSettings


@dataclass(frozen=True, slots=True)
class AlertSettings:
    failure_rate: float
    p95_s: float
    minimum_requests: int
    window_s: float
    regression_times: float


@dataclass(frozen=True, slots=True)
class Effective:
    """A whole configuration, with every default filled in. Immutable: a request keeps the one under which it began."""

    version: int
    preset: str
    operations: Mapping[str, OperationSettings]
    per_minute: int
    alerts: AlertSettings


@dataclass(frozen=True, slots=True)
class Work:
    """What a person asked for. *user* is the name of the key."""

    request_id: str
    user: str
    operation: str
    text: str
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """*age_s* belongs to a cached answer, *retry_after_s* to a fallback. *errors* are in order, one for each failure."""

    source: Source
    result: str
    attempts: int
    errors: tuple[Kind, ...] = ()
    age_s: float | None = None
    retry_after_s: float | None = None
