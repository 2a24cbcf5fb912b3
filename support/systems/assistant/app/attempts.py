"""The attempts of one request at the AI service: each asks the breaker first, is reported to it, and may be followed by another."""

import asyncio
import time
from dataclasses import dataclass
from typing import Literal, Protocol

from support.systems.assistant.app.breaker import BreakerOpenError, Breakers, Status
from support.systems.assistant.app.breaker_model import Outcome, Permit
from support.systems.assistant.app.events import AttemptEnded, NotPermitted, Observer, ServiceRefusesUs
from support.systems.assistant.app.failures import AttemptError
from support.systems.assistant.app.model import BreakerState, Kind, OperationSettings, Work
from support.systems.assistant.app.progress import Progress
from support.systems.assistant.app.retry import wait_before_next_s
from support.systems.assistant.app.tasks import Tasks

LEASE_BEYOND_ATTEMPT_S = 1.0
SLOW = "slow"


class Completes(Protocol):
    """As `AiService` does."""

    async def complete(self, work: Work, prompt: str, attempt: int, within_s: float, /) -> str: ...


class ContentRejectedError(Exception):
    """The AI service refuses the content for good."""


@dataclass(frozen=True, slots=True)
class _Next:
    """What follows a failure: another attempt after *wait_s*, or none.

    *open_for_s* is set if there is none because the breaker has opened for longer than the wait would be.
    """

    decision: Literal["retry", "give_up", "fallback"]
    wait_s: float = 0.0
    open_for_s: float | None = None


class Attempts:
    """Belongs to all requests of an instance."""

    def __init__(self, service: Completes, breakers: Breakers, tasks: Tasks, tell: Observer) -> None:
        self._service = service
        self._breakers = breakers
        self._tasks = tasks
        self._tell = tell

    async def run(self, progress: Progress) -> str | None:
        """The AI service's text; None if there is none to be had. Raises `ContentRejectedError`."""
        while progress.remaining_s() > 0:
            permit = await self._permit(progress)
            if permit is None:
                return None
            progress.attempts += 1
            started = time.monotonic()
            try:
                progress.text = await self._call(progress, permit)
            except AttemptError as error:
                following = await self._failed(progress, permit, error, time.monotonic() - started)
            else:
                await self._succeeded(progress, permit, time.monotonic() - started)
                return progress.text
            if following.decision == "give_up":
                raise ContentRejectedError
            if following.open_for_s is not None:
                self._not_permitted(progress, following.open_for_s)
            if following.decision == "fallback":
                return None
            await asyncio.sleep(following.wait_s)
        return None

    async def _permit(self, progress: Progress) -> Permit | None:
        settings = progress.settings
        lease_s = settings.retry.attempt_timeout_s + LEASE_BEYOND_ATTEMPT_S
        try:
            return await self._breakers.of(settings.name).admit(settings.breaker, lease_s)
        except BreakerOpenError as refused:
            self._not_permitted(progress, refused.retry_after_s)
            return None

    async def _call(self, progress: Progress, permit: Permit) -> str:
        within_s = min(progress.settings.retry.attempt_timeout_s, progress.remaining_s())
        try:
            return await self._service.complete(progress.work, progress.settings.prompt, progress.attempts, within_s)
        except AttemptError as error:
            error.cut_short = error.kind is Kind.TIME_OUT and within_s < _fair_time_s(progress.settings)
            raise
        except BaseException:  # interrupted, which says nothing about the AI service
            await self._report(progress, permit, Outcome.NEITHER)
            raise

    async def _succeeded(self, progress: Progress, permit: Permit, took_s: float) -> None:
        slow = took_s > progress.settings.breaker.slow_call_s
        self._tell(AttemptEnded(progress.work, progress.attempts, took_s, status=200))
        await self._report(progress, permit, Outcome.FAILURE if slow else Outcome.SUCCESS, SLOW)

    async def _failed(self, progress: Progress, permit: Permit, error: AttemptError, took_s: float) -> _Next:
        outcome = Outcome.FAILURE if error.counts else Outcome.NEITHER
        status = await self._report(progress, permit, outcome, error.kind)
        following = self._next(progress, error, status)
        progress.errors.append(error.kind)
        self._tell(
            AttemptEnded(
                progress.work,
                progress.attempts,
                took_s,
                error.kind,
                error.status,
                following.decision,
                following.wait_s,
            )
        )
        if error.kind is Kind.MISCONFIGURED:
            self._tell(ServiceRefusesUs(progress.settings.name))
        return following

    def _next(self, progress: Progress, error: AttemptError, breaker: Status) -> _Next:
        if error.kind is Kind.REJECTED:
            return _Next("give_up")
        if error.retry_after_s is not None:
            progress.retry_after_s = error.retry_after_s
        retry = progress.settings.retry
        wait_s = wait_before_next_s(retry, progress.attempts, error, progress.errors, progress.remaining_s())
        if wait_s is None:
            return _Next("fallback")
        if breaker.state is BreakerState.OPEN and (breaker.forced or breaker.retry_after_seconds > wait_s):
            return _Next("fallback", open_for_s=breaker.retry_after_seconds)
        return _Next("retry", wait_s)

    async def _report(self, progress: Progress, permit: Permit, outcome: Outcome, cause: str = "") -> Status:
        """Goes on even if the request is interrupted meanwhile: a probe gives its place back, and no outcome is lost."""
        settings = progress.settings
        report = self._breakers.of(settings.name).report(permit, settings.breaker, outcome, cause)
        return await asyncio.shield(self._tasks.start(report))

    def _not_permitted(self, progress: Progress, retry_after_s: float) -> None:
        progress.errors.append(Kind.BREAKER_OPEN)
        progress.retry_after_s = retry_after_s
        self._tell(NotPermitted(progress.work, Kind.BREAKER_OPEN))


def _fair_time_s(settings: OperationSettings) -> float:
    """How long an attempt has to last before its time-out tells something: not if waits have left it less before the deadline."""
    return min(settings.retry.attempt_timeout_s, settings.breaker.slow_call_s, settings.retry.deadline_s / 2)
