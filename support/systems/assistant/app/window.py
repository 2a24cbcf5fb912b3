"""The requests of one operation in the last seconds."""

import math
from collections import deque
from collections.abc import Iterable

MOST = 20_000  # requests that are looked at; older ones are forgotten


class Window:
    """Adding and forgetting take constant time."""

    def __init__(self) -> None:
        self._requests: deque[tuple[float, float, bool]] = deque()
        self._failed = 0

    def __len__(self) -> int:
        return len(self._requests)

    def add(self, at: float, took_s: float, *, failed: bool) -> None:
        self._requests.append((at, took_s, failed))
        self._failed += failed
        if len(self._requests) > MOST:
            self._forget_first()

    def forget(self, *, before: float) -> None:
        while self._requests and self._requests[0][0] < before:
            self._forget_first()

    @property
    def failure_rate(self) -> float:
        """From 0 to 1; 0 without requests."""
        return self._failed / len(self._requests) if self._requests else 0.0

    @property
    def p95_s(self) -> float:
        return nearest_rank((took_s for _, took_s, _ in self._requests), 95)

    def p95_exceeds(self, limit_s: float) -> bool:
        """The same as `p95_s > limit_s`, without sorting."""
        return sum(took_s <= limit_s for _, took_s, _ in self._requests) < math.ceil(len(self._requests) * 0.95)

    def _forget_first(self) -> None:
        _, _, failed = self._requests.popleft()
        self._failed -= failed


def nearest_rank(values: Iterable[float], percent: int) -> float:
    """The smallest value that *percent* of 100 values do not exceed; 0 without values."""
    ordered = sorted(values)
    return ordered[math.ceil(len(ordered) * percent / 100) - 1] if ordered else 0.0
