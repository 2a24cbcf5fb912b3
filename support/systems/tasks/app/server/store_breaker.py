"""The circuit breaker before the store.

Its own state machine, as no library keeps the contract: interlock-cb decides when all probes have ended, and by the same rate
that opens it, so that it closes after one failure of two.
"""

import asyncio
import time
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass

from support.systems.tasks.app.server.observing import BreakerMoved, BreakerState, Observer

PROBE_AGAIN_S = 0.05  # a probe takes no longer, as a rule


class NotPermittedError(Exception):
    """The breaker permits no call now; *retry_after_s* is how long to wait."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Permit:
    """For one call, whose end is told to the breaker; of no effect once the breaker has moved since."""

    era: int


class StoreBreaker:
    """Opens after *failures* in succession, half-opens *open_s* later, and closes when *probes* calls have succeeded.

    Use it from one event loop.
    """

    def __init__(
        self,
        failures: int,
        open_s: float,
        probes: int,
        observe: Observer,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = failures
        self._open_s = open_s
        self._probes = probes
        self._observe = observe
        self._clock = clock
        self._state = BreakerState.CLOSED
        self._failures = 0
        self._era = 0
        self._opened_at = 0.0
        self._in_flight = 0
        self._succeeded = 0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def state(self) -> BreakerState:
        self._half_open_in_time()
        return self._state

    @property
    def failures(self) -> int:
        """In succession, up to now."""
        return self._failures

    @property
    def retry_after_s(self) -> float | None:
        """Until it is half-open; None unless it is open."""
        return max(self._remaining_s(), 0.001) if self.state is BreakerState.OPEN else None

    def permit(self) -> Permit:
        """Raises `NotPermittedError`. The end of the call must be told by `succeeded`, `failed` or `gave_up`."""
        if (wait_s := self.retry_after_s) is not None:
            raise NotPermittedError(wait_s)
        if self._state is BreakerState.HALF_OPEN:
            if self._in_flight + self._succeeded >= self._probes:
                raise NotPermittedError(PROBE_AGAIN_S)
            self._in_flight += 1
        return Permit(self._era)

    def succeeded(self, permit: Permit) -> None:
        if permit.era != self._era:
            return
        self._failures = 0
        if self._state is BreakerState.HALF_OPEN:
            self._in_flight -= 1
            self._succeeded += 1
            if self._succeeded >= self._probes:
                self._move(BreakerState.CLOSED)

    def failed(self, permit: Permit) -> None:
        if permit.era != self._era:
            return
        self._failures += 1
        if self._state is BreakerState.HALF_OPEN or self._failures >= self._limit:
            self._opened_at = self._clock()
            self._move(BreakerState.OPEN)
            self._half_open_later()

    def gave_up(self, permit: Permit) -> None:
        """The caller was cancelled: that says nothing about the store."""
        if permit.era == self._era and self._state is BreakerState.HALF_OPEN:
            self._in_flight -= 1

    async def pause(self) -> None:
        """Until it is worth asking for a permit again."""
        await asyncio.sleep(self.retry_after_s or PROBE_AGAIN_S)

    def close(self) -> None:
        """Stop the timer; the state stays as it is."""
        if self._timer:
            self._timer.cancel()

    def _remaining_s(self) -> float:
        return self._opened_at + self._open_s - self._clock()

    def _half_open_in_time(self) -> None:
        if self._state is BreakerState.OPEN and self._remaining_s() <= 0:
            self._move(BreakerState.HALF_OPEN)

    def _half_open_later(self) -> None:
        """So that the move is seen, and told, even if nobody calls."""
        self.close()
        self._timer = asyncio.get_running_loop().call_later(
            max(self._remaining_s(), 0.001), self._on_timer, context=Context()
        )

    def _on_timer(self) -> None:
        if self.state is BreakerState.OPEN:  # the two clocks do not tick alike
            self._half_open_later()

    def _move(self, after: BreakerState) -> None:
        before, self._state = self._state, after
        self._era += 1
        self._in_flight = self._succeeded = 0
        if after is BreakerState.CLOSED:
            self._failures = 0
        self._observe(BreakerMoved(before, after))
