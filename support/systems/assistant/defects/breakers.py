"""Mistakes with circuit breakers: when one opens, tests the service and closes."""

import os
import time
from collections.abc import Callable
from dataclasses import replace

from support.systems.assistant.app import failures
from support.systems.assistant.app.attempts import SLOW, Attempts
from support.systems.assistant.app.breaker import Breaker, BreakerOpenError, Breakers, Status
from support.systems.assistant.app.breaker_model import Outcome, Permit
from support.systems.assistant.app.events import Observer
from support.systems.assistant.app.failures import POLICIES, AttemptError, Policy, Repeat
from support.systems.assistant.app.model import BreakerSettings, Kind
from support.systems.assistant.app.progress import Progress
from support.systems.assistant.app.redis_link import RedisLink
from support.systems.assistant.defects.scripted import rewritten
from support.systems.patched_variants import Patch, breaks

NOT_COUNTED = (Kind.CONNECTION, Kind.TIME_OUT)


@breaks("RES-BREAK-1", "RES-PIPE-3", "RES-BREAK-5", spills=("RES-BREAK-4", "RES-CONF-2"))
def opens_one_failure_late(patch: Patch) -> None:
    """The breaker opens after one failure more than configured."""
    _set(patch, lambda settings: replace(settings, failures=settings.failures + 1))


@breaks("RES-BREAK-1", spills=("RES-PIPE-3", "RES-BREAK-5"))
def opens_one_failure_early(patch: Patch) -> None:
    """The breaker opens before the last failure that is configured."""
    _set(
        patch,
        lambda settings: replace(settings, failures=settings.failures - 1, minimum_calls=settings.minimum_calls - 1),
    )


@breaks("RES-BREAK-1")
def opens_after_a_few_calls(patch: Patch) -> None:
    """The breaker opens by its failures alone, however few calls there were."""
    rewritten(patch, " and counted >= command.minimum_calls", "")


@breaks("RES-PIPE-3", spills=("RES-PIPE-4", "RES-PIPE-5", "RES-EXC-4"))
def sees_only_failures_with_a_status(patch: Patch) -> None:
    """Without an answer there is no status, so the breaker counts neither lost connections nor time-outs."""
    quiet = {kind: Policy(Repeat.AFTER_BACKOFF, counts=False) for kind in NOT_COUNTED}
    patch(failures, "POLICIES", POLICIES | quiet)


@breaks("RES-BREAK-1", "RES-PIPE-3", spills=("RES-PIPE-4", "RES-BREAK-3", "RES-BREAK-5"))
def an_open_breaker_stops_nobody(patch: Patch) -> None:
    """The breaker tells that it is open, and calls are made all the same."""
    rewritten(
        patch, "if state == 'closed' then\n    verdict", "if state == 'closed' or state == 'open' then\n    verdict"
    )


@breaks("RES-BREAK-1")
def a_success_between_does_not_count(patch: Patch) -> None:
    """Failures are added up, whatever comes between them."""
    rewritten(patch, "'success' then\n      failures = 0", "'success' then\n      failures = failures")


@breaks("RES-BREAK-1")
def slow_answers_are_successes(patch: Patch) -> None:
    """The breaker does not look at how long an answer took."""
    sound = Attempts._report

    async def _report(self: Attempts, progress: Progress, permit: Permit, outcome: Outcome, cause: str = "") -> Status:
        return await sound(self, progress, permit, Outcome.SUCCESS if cause == SLOW else outcome, cause)

    patch(Attempts, "_report", _report)


@breaks("RES-BREAK-1", spills=("RES-PIPE-6",))
def slow_answers_are_thrown_away(patch: Patch) -> None:
    """What counts as a failure is not given to the person."""
    sound = Attempts._call

    async def _call(self: Attempts, progress: Progress, permit: Permit) -> str:
        began = time.monotonic()
        text = await sound(self, progress, permit)
        if time.monotonic() - began > progress.settings.breaker.slow_call_s:
            raise AttemptError(Kind.TIME_OUT)
        return text

    patch(Attempts, "_call", _call)


@breaks("RES-PIPE-4", spills=("RES-BREAK-1", "RES-BREAK-3", "RES-EXC-4"))
def stays_open_for_good(patch: Patch) -> None:
    """An open breaker waits for an administrator."""
    rewritten(patch, "now >= open_until then", "false then")


@breaks("RES-BREAK-3", "RES-BREAK-2", spills=("RES-BREAK-1",))
def half_open_only_for_a_caller(patch: Patch) -> None:
    """The breaker looks at the clock only when a call is made, so the health page says open for as long as nobody calls."""
    rewritten(
        patch,
        "command.name == 'admit' or command.name == 'report' or command.name == 'look' then",
        "command.name == 'admit' then",
    )


@breaks("RES-PIPE-4", "RES-BREAK-3", spills=("RES-BREAK-1", "RES-EXC-4"))
def half_open_for_nobody(patch: Patch) -> None:
    """The half-open breaker has no place for a test."""
    sound = Breaker.admit

    async def admit(self: Breaker, settings: BreakerSettings, lease_s: float) -> Permit:
        permit = await sound(self, settings, lease_s)
        if permit.token:
            raise BreakerOpenError(lease_s)
        return permit

    patch(Breaker, "admit", admit)


@breaks("RES-BREAK-1")
def half_open_for_everybody(patch: Patch) -> None:
    """All who ask at the moment of the test reach the AI service."""
    rewritten(patch, "wins + redis.call('ZCARD', KEYS[2]) < command.probes", "true")


@breaks("RES-BREAK-1")
def each_process_tests_for_itself(patch: Patch) -> None:
    """The state is shared, and each process counts its own tests."""
    sound = Breaker.__init__

    def init(self: Breaker, operation: str, link: RedisLink, tell: Observer) -> None:
        sound(self, operation, link, tell)
        self._keys = [self._keys[0], f"{self._keys[1]}:{os.getpid()}"]

    patch(Breaker, "__init__", init)


@breaks("RES-BREAK-3")
def closes_after_the_first_success(patch: Patch) -> None:
    """One test that succeeds is enough, however many are configured."""
    rewritten(patch, "true\n      if wins >= command.probes then close() end", "true\n      close()")


@breaks("RES-PIPE-4", "RES-BREAK-1", "RES-BREAK-3")
def never_closes_again(patch: Patch) -> None:
    """Tests that succeed are not counted, so the breaker stays half-open."""
    rewritten(patch, "wins, changed = wins + 1, true", "changed = true")


@breaks("RES-PIPE-4", spills=("RES-BREAK-1", "RES-BREAK-3"))
def a_test_keeps_its_place(patch: Patch) -> None:
    """A test that has succeeded is counted, and still holds its place."""
    rewritten(patch, "redis.call('ZREM', KEYS[2], command.token) == 1", "redis.call('ZSCORE', KEYS[2], command.token)")


@breaks("RES-BREAK-1")
def a_test_without_a_result_keeps_its_place(patch: Patch) -> None:
    """A test that shows neither a failure nor a success holds its place until its time is over."""
    rewritten(
        patch, "state == 'half_open' and redis", "state == 'half_open' and command.outcome ~= 'neither' and redis"
    )


@breaks("RES-BREAK-1")
def a_lost_test_keeps_its_place(patch: Patch) -> None:
    """The place of a test whose process has died is never free again."""
    rewritten(patch, "now + command.lease,", "now + 3600000,")


@breaks("RES-BREAK-1", spills=("RES-BREAK-3",))
def one_failed_test_is_not_enough(patch: Patch) -> None:
    """A half-open breaker opens only after as many failures as a closed one."""
    rewritten(
        patch, "1\n      open()\n    elseif", "1\n      if failures >= 2 * command.failures then open() end\n    elseif"
    )


@breaks("RES-BREAK-1", "RES-BREAK-3")
def opens_again_for_half_the_time(patch: Patch) -> None:
    """After a failed test the breaker is open for half of the time."""
    _open_again(patch, "command.open_for / 2")


@breaks("RES-BREAK-3")
def a_refused_call_starts_the_time_anew(patch: Patch) -> None:
    """While people keep asking, an open breaker stays open."""
    sound = Breaker.admit

    async def admit(self: Breaker, settings: BreakerSettings, lease_s: float) -> Permit:
        try:
            return await sound(self, settings, lease_s)
        except BreakerOpenError:
            until = round((time.time() + settings.open_s) * 1000)
            await self._link.ask(lambda: self._link.redis.hset(self._keys[0], "until", str(until)))
            raise

    patch(Breaker, "admit", admit)


@breaks("RES-BREAK-3")
def opens_again_for_longer_and_longer(patch: Patch) -> None:
    """After each failed test the breaker is open for three times as long as before."""
    _open_again(patch, "command.open_for * 3 ^ (failures - command.failures)")


@breaks("RES-BREAK-1")
def a_late_success_closes(patch: Patch) -> None:
    """A success closes the breaker, also one of a call from before it opened."""
    report = "elseif command.name == 'report' and command.epoch == epoch then"
    closing = "elseif command.name == 'report' and state == 'open' and command.outcome == 'success' then\n  close()"
    rewritten(patch, report, f"{closing}\n{report}")


@breaks("RES-BREAK-1")
def late_answers_count(patch: Patch) -> None:
    """An answer counts whenever it comes, also one to a call from before a change of state."""
    rewritten(patch, " and command.epoch == epoch then", " then")


@breaks("RES-BREAK-5", spills=("RES-EXC-4", "RES-METRIC-1"))
def one_breaker_for_all(patch: Patch) -> None:
    """All operations share one breaker."""
    sound = Breakers.of

    def of(self: Breakers, _operation: str) -> Breaker:
        return sound(self, "all")

    patch(Breakers, "of", of)


def _set(patch: Patch, change: Callable[[BreakerSettings], BreakerSettings]) -> None:
    sound = Breaker.report

    async def report(self: Breaker, permit: Permit, settings: BreakerSettings, outcome: Outcome, cause: str) -> Status:
        return await sound(self, permit, change(settings), outcome, cause)

    patch(Breaker, "report", report)


def _open_again(patch: Patch, span: str) -> None:
    """*span* is in milliseconds, in the script's language."""
    rewritten(patch, "1\n      open()\n    elseif", f"1\n      open()\n      open_until = now + {span}\n    elseif")
