"""A breaker in memory: the last that is known of the one in Redis, and the same rules for as long as Redis does not answer."""

import math
import time
from collections.abc import Callable

from support.systems.assistant.app.breaker_model import (
    Admit,
    Command,
    ForceOpen,
    Look,
    Outcome,
    Permit,
    Reply,
    Report,
    Reset,
    Snapshot,
    Verdict,
)
from support.systems.assistant.app.model import BreakerState

CLOSED, HALF_OPEN, OPEN = BreakerState.CLOSED, BreakerState.HALF_OPEN, BreakerState.OPEN

MILLISECONDS = 1000
ENOUGH = 100  # calls: `minimum_calls` is not higher, unless `failures` is


class BreakerMemory:
    """*clock* gives seconds that only grow. `leases` has the probes of this instance, and when their places come free."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._epoch = self._ordered = 0
        self._state = CLOSED
        self._failures = self._counted = self._wins = 0
        self._until = -math.inf
        self._forced = False
        self._leases: dict[str, float] = {}

    def snapshot(self) -> Snapshot:
        left_s = max(0.0, self._until - self._clock()) if self._state is OPEN and not self._forced else 0.0
        return Snapshot(
            self._epoch, self._state, self._failures, self._counted, left_s, self._forced, self._wins, self._ordered
        )

    def leases(self) -> dict[str, float]:
        """The probes of this instance, and for how many seconds they still hold their places."""
        now = self._clock()
        return {token: end - now for token, end in self._leases.items() if end > now}

    def learn(self, command: Command, reply: Reply) -> None:
        """Take over what Redis has replied to *command*, unless something later is known already."""
        after = reply.after
        if (after.ordered, after.epoch) < (self._ordered, self._epoch):
            return
        now = self._clock()
        if after.epoch != self._epoch:
            self._leases.clear()
        self._epoch, self._state, self._failures, self._counted = (
            after.epoch,
            after.state,
            after.failures,
            after.counted,
        )
        self._until, self._forced, self._wins, self._ordered = (
            now + after.left_s,
            after.forced,
            after.wins,
            after.ordered,
        )
        if isinstance(command, Admit) and reply.verdict is Verdict.PROBE:
            self._leases[command.token] = now + command.lease_s
        elif isinstance(command, Report):
            self._leases.pop(command.permit.token, None)

    def apply(self, command: Command) -> Reply:
        """Do by the rules what Redis would do."""
        before = self._pass_time() if isinstance(command, Admit | Report | Look) else self._state
        verdict, wait_s = Verdict.REFUSED, 0.0
        match command:
            case Admit():
                verdict, wait_s = self._admit(command)
            case Report(permit=Permit(epoch=epoch)) if epoch == self._epoch:
                self._report(command)
            case ForceOpen() if not self._forced:
                self._change(OPEN)
                self._forced = True
            case Reset():
                self._close()
            case _:
                pass
        if isinstance(command, ForceOpen | Reset):
            self._ordered = max(self._ordered + 1, int(time.time() * MILLISECONDS))
        return Reply(before, self.snapshot(), verdict, wait_s)

    def _pass_time(self) -> BreakerState:
        """The state before."""
        before, now = self._state, self._clock()
        if before is OPEN and not self._forced and now >= self._until:
            self._change(HALF_OPEN)
        self._leases = {token: end for token, end in self._leases.items() if end > now}
        return before

    def _admit(self, command: Admit) -> tuple[Verdict, float]:
        now = self._clock()
        if self._state is HALF_OPEN and self._wins >= command.probes:  # fewer are demanded than at the last report
            self._close()
        if self._state is CLOSED:
            return Verdict.CALL, 0.0
        if self._state is OPEN:
            return Verdict.REFUSED, 0.0 if self._forced else self._until - now
        if self._wins + len(self._leases) < command.probes:
            self._leases[command.token] = now + command.lease_s
            return Verdict.PROBE, 0.0
        return Verdict.REFUSED, min(self._leases.values()) - now

    def _report(self, report: Report) -> None:
        failed, settings = report.outcome is Outcome.FAILURE, report.settings
        if self._state is CLOSED and report.outcome is not Outcome.NEITHER:
            self._counted = min(self._counted + 1, max(ENOUGH, settings.minimum_calls))
            self._failures = self._failures + 1 if failed else 0
            if failed and self._failures >= settings.failures and self._counted >= settings.minimum_calls:
                self._open(settings.open_s)
        elif self._state is HALF_OPEN and self._leases.pop(report.permit.token, None) is not None:
            if failed:
                self._failures += 1
                self._open(settings.open_s)
            elif report.outcome is Outcome.SUCCESS:
                self._wins += 1
                if self._wins >= settings.probes:
                    self._close()

    def _open(self, open_s: float) -> None:
        self._change(OPEN)
        self._until = self._clock() + open_s

    def _close(self) -> None:
        self._change(CLOSED)
        self._failures = self._counted = 0

    def _change(self, state: BreakerState) -> None:
        self._epoch += 1
        self._state = state
        self._forced = False
        self._wins = 0
        self._leases.clear()
