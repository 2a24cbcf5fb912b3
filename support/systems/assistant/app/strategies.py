"""The four strategies, and the values that all of them share. Times are in seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from support.systems.assistant.app.model import BreakerSettings, BulkheadSettings, RetrySettings

BULKHEAD = BulkheadSettings(concurrent=50, wait_s=1.0)


@dataclass(frozen=True, slots=True)
class Strategy:
    """How persistently an operation is tried, and how soon it is given up."""

    retry: RetrySettings
    breaker: BreakerSettings
    bulkhead: BulkheadSettings = BULKHEAD


def _strategy(retry: RetrySettings, failures: int, open_s: float, probes: int) -> Strategy:
    return Strategy(retry, BreakerSettings(failures, open_s, probes, failures, retry.attempt_timeout_s))


STRATEGIES: Mapping[str, Strategy] = MappingProxyType(
    {
        "aggressive": _strategy(RetrySettings(2, 0.1, 1.0, 0.1, 5.0, 10.0), 3, 30.0, 1),
        "balanced": _strategy(RetrySettings(3, 0.5, 5.0, 0.5, 10.0, 30.0), 5, 60.0, 2),
        "conservative": _strategy(RetrySettings(5, 1.0, 10.0, 1.0, 15.0, 60.0), 8, 120.0, 3),
        "critical": _strategy(RetrySettings(7, 1.0, 15.0, 1.0, 20.0, 120.0), 10, 300.0, 3),
    }
)
