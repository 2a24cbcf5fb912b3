"""Mistakes with attempts, backoff, deadlines and the classes of errors."""

from collections.abc import Sequence
from dataclasses import replace

from support.systems.assistant.app import attempts, failures, retry
from support.systems.assistant.app.failures import POLICIES, AttemptError, Policy, Repeat
from support.systems.assistant.app.model import Kind, RetrySettings
from support.systems.patched_variants import Patch, breaks


@breaks("RES-PIPE-2", "RES-EXC-1", "RES-EXC-2")
def asks_only_once(patch: Patch) -> None:
    """A failed call is never repeated."""
    patch(attempts, "wait_before_next_s", lambda *_: None)


@breaks("RES-PIPE-5", "RES-EXC-4")
def takes_attempts_for_retries(patch: Patch) -> None:
    """The limit of attempts does not count the first one."""
    sound = retry.wait_before_next_s

    def wait_before_next_s(
        settings: RetrySettings, attempt: int, error: AttemptError, earlier: Sequence[Kind], remaining_s: float
    ) -> float | None:
        return sound(replace(settings, attempts=settings.attempts + 1), attempt, error, earlier, remaining_s)

    patch(attempts, "wait_before_next_s", wait_before_next_s)


@breaks("RES-EXC-1")
def repeats_permanent_errors(patch: Patch) -> None:
    """A request that the AI service refuses for good is sent again."""
    of_permanent = {kind: Policy(Repeat.AFTER_BACKOFF, counts=False) for kind in (Kind.REJECTED, Kind.MISCONFIGURED)}
    patch(failures, "POLICIES", POLICIES | of_permanent)
