"""The shape of a configuration as people write it (contract.md, Configuration). A part that is left out is absent.

The ranges here hold for everybody; the operator's own limits are narrower for some fields, see `operator_limits`.
"""

from typing import Annotated, Literal, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

STRICT = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)

StrategyName = Literal["aggressive", "balanced", "conservative", "critical"]
PresetName = Literal["simple", "development", "production"]
Wait = Annotated[float, Field(ge=0, le=60)]
TimeLimit = Annotated[float, Field(ge=0.01, le=600)]


@with_config(STRICT)
class RetryPart(TypedDict):
    attempts: NotRequired[int]
    backoff_first_s: NotRequired[Wait]
    backoff_cap_s: NotRequired[Wait]
    jitter_s: NotRequired[Wait]
    attempt_timeout_s: NotRequired[TimeLimit]
    deadline_s: NotRequired[TimeLimit]


@with_config(STRICT)
class BreakerPart(TypedDict):
    failures: NotRequired[int]
    open_s: NotRequired[float]
    probes: NotRequired[Annotated[int, Field(ge=1, le=10)]]
    minimum_calls: NotRequired[Annotated[int, Field(ge=1, le=100)]]
    slow_call_s: NotRequired[TimeLimit]


@with_config(STRICT)
class BulkheadPart(TypedDict):
    concurrent: NotRequired[Annotated[int, Field(ge=1, le=1000)]]
    wait_s: NotRequired[Wait]


@with_config(STRICT)
class DefaultPart(TypedDict):
    """What operations get that choose no strategy of their own."""

    strategy: NotRequired[StrategyName]
    retry: NotRequired[RetryPart]
    breaker: NotRequired[BreakerPart]
    bulkhead: NotRequired[BulkheadPart]


@with_config(STRICT)
class OperationPart(DefaultPart):
    prompt: NotRequired[Annotated[str, Field(min_length=1, max_length=2000)]]


@with_config(STRICT)
class RateLimitPart(TypedDict):
    per_minute: NotRequired[int]


@with_config(STRICT)
class AlertsPart(TypedDict):
    failure_rate: NotRequired[Annotated[float, Field(ge=0.01, le=1)]]
    p95_s: NotRequired[TimeLimit]
    minimum_requests: NotRequired[Annotated[int, Field(ge=1, le=100_000)]]
    window_s: NotRequired[Annotated[float, Field(ge=0.1, le=3600)]]
    regression_times: NotRequired[Annotated[float, Field(ge=1.01, le=100)]]


@with_config(STRICT)
class Document(TypedDict):
    preset: NotRequired[PresetName]
    default: NotRequired[DefaultPart]
    operations: NotRequired[Annotated[dict[str, OperationPart], Field(max_length=100)]]
    rate_limit: NotRequired[RateLimitPart]
    alerts: NotRequired[AlertsPart]


DOCUMENT: TypeAdapter[Document] = TypeAdapter(Document)
