"""Mistakes with attempts, the waits between them, and time limits."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from support.systems.assistant.app import ai_service, attempts, failures, retry
from support.systems.assistant.app.ai_service import AiService
from support.systems.assistant.app.attempts import Attempts
from support.systems.assistant.app.breaker_model import Permit
from support.systems.assistant.app.failures import AttemptError
from support.systems.assistant.app.model import Kind, RetrySettings, Work
from support.systems.assistant.app.progress import Progress
from support.systems.patched_variants import Patch, breaks

CLIENTS_OWN_LIMIT_S = 5.0
HEDGED_AFTER_S = 0.1


@breaks(
    "RES-PIPE-2", "RES-EXC-1", spills=("RES-EXC-2", "RES-EXC-3", "RES-EXC-4", "RES-EXC-5", "RES-PIPE-3", "RES-PIPE-5")
)
def asks_only_once(patch: Patch) -> None:
    """A failed call is never repeated."""
    patch(attempts, "wait_before_next_s", lambda settings, attempt, error, earlier, remaining_s: None)  # noqa: ARG005


@breaks("RES-EXC-1", "RES-EXC-2", spills=("RES-PIPE-5", "RES-EXC-5", "RES-CONF-1"))
def takes_attempts_for_retries(patch: Patch) -> None:
    """The limit of attempts does not count the first one."""
    sound = retry.wait_before_next_s

    def wait_before_next_s(
        settings: RetrySettings, attempt: int, error: AttemptError, earlier: Sequence[Kind], remaining_s: float
    ) -> float | None:
        return sound(replace(settings, attempts=settings.attempts + 1), attempt, error, earlier, remaining_s)

    patch(attempts, "wait_before_next_s", wait_before_next_s)


@breaks("RES-EXC-2")
def asks_again_without_a_wait(patch: Patch) -> None:
    """Attempts follow each other at once."""
    _back_off(patch, lambda settings: replace(settings, backoff_first_s=0.0, jitter_s=0.0))


@breaks("RES-EXC-2")
def waits_that_do_not_grow(patch: Patch) -> None:
    """Every wait is as long as the first."""
    _back_off(patch, lambda settings: replace(settings, backoff_cap_s=settings.backoff_first_s))


@breaks("RES-EXC-2")
def waits_without_a_cap(patch: Patch) -> None:
    """Each wait is twice as long as the one before, without an end."""
    _back_off(patch, lambda settings: replace(settings, backoff_cap_s=86400.0))


@breaks("RES-EXC-2")
def all_come_back_at_once(patch: Patch) -> None:
    """The waits have no random part, so all whose calls failed together call again together."""
    _back_off(patch, lambda settings: replace(settings, jitter_s=0.0))


@breaks("RES-EXC-2")
def does_not_read_retry_after(patch: Patch) -> None:
    """The wait that the AI service asks for is not known to the client."""
    patch(ai_service, "retry_after_s", lambda value, now: None)  # noqa: ARG005


@breaks("RES-EXC-2")
def reads_retry_after_in_seconds_only(patch: Patch) -> None:
    """A Retry-After that is a date is taken for none."""
    sound = failures.retry_after_s

    def retry_after_s(value: str | None, now: datetime) -> float | None:
        return sound(value, now) if value and value.strip().isdigit() else None

    patch(ai_service, "retry_after_s", retry_after_s)


@breaks("RES-EXC-2")
def waits_in_vain_as_asked(patch: Patch) -> None:
    """A wait that ends after the deadline is begun all the same; the person is answered at the deadline."""
    sound = retry.wait_before_next_s

    def wait_before_next_s(
        settings: RetrySettings, attempt: int, error: AttemptError, earlier: Sequence[Kind], remaining_s: float
    ) -> float | None:
        too_long = error.retry_after_s is not None and error.retry_after_s >= remaining_s
        return remaining_s if too_long else sound(settings, attempt, error, earlier, remaining_s)

    patch(attempts, "wait_before_next_s", wait_before_next_s)


@breaks("RES-EXC-2")
def a_deadline_for_each_attempt(patch: Patch) -> None:
    """The deadline of a request begins anew with each attempt."""

    def remaining_s(self: Progress) -> float:
        return self.settings.retry.deadline_s

    patch(Progress, "remaining_s", remaining_s)


@breaks("RES-EXC-2")
def the_last_attempt_overruns(patch: Patch) -> None:
    """An attempt is not shortened to what is left until the deadline."""

    async def _call(self: Attempts, progress: Progress, _permit: Permit) -> str:
        limit_s = progress.settings.retry.attempt_timeout_s
        return await self._service.complete(progress.work, progress.settings.prompt, progress.attempts, limit_s)

    patch(Attempts, "_call", _call)


@breaks("RES-EXC-2", spills=("RES-PIPE-2",))
def each_attempt_may_take_the_whole_time(patch: Patch) -> None:
    """Attempts have no time limit of their own, so the first takes all of the request's."""

    async def _call(self: Attempts, progress: Progress, _permit: Permit) -> str:
        work, prompt = progress.work, progress.settings.prompt
        return await self._service.complete(work, prompt, progress.attempts, progress.remaining_s())

    patch(Attempts, "_call", _call)


@breaks("RES-PIPE-5", spills=("RES-PIPE-2", "RES-PIPE-3", "RES-PIPE-4", "RES-EXC-2", "RES-EXC-4", "RES-BREAK-1"))
def the_client_has_its_own_time_limit(patch: Patch) -> None:
    """The time limits do not reach the HTTP client, which waits for 5 seconds as its authors thought best."""
    sound = AiService.complete

    async def complete(self: AiService, work: Work, prompt: str, attempt: int, _within_s: float) -> str:
        return await sound(self, work, prompt, attempt, CLIENTS_OWN_LIMIT_S)

    patch(AiService, "complete", complete)


@breaks("RES-EXC-2")
def a_time_out_leaves_the_connection_open(patch: Patch) -> None:
    """After its time limit an attempt is given up, but goes on in the background."""
    sound, going_on = AiService.complete, set[asyncio.Task[str]]()

    async def complete(self: AiService, work: Work, prompt: str, attempt: int, within_s: float) -> str:
        call = asyncio.create_task(sound(self, work, prompt, attempt, CLIENTS_OWN_LIMIT_S))
        going_on.add(call)
        call.add_done_callback(going_on.discard)
        done, _ = await asyncio.wait([call], timeout=within_s)
        if not done:
            raise AttemptError(Kind.TIME_OUT)
        return call.result()

    patch(AiService, "complete", complete)


@breaks("RES-EXC-1", "RES-EXC-2", spills=("RES-PIPE-1", "RES-PIPE-3", "RES-PIPE-5", "RES-EXC-4"))
def goes_on_after_the_fallback(patch: Patch) -> None:
    """A person who got a fallback answer is forgotten only after one more call, which nobody waits for."""
    sound = Attempts.run

    async def run(self: Attempts, progress: Progress) -> str | None:
        text = await sound(self, progress)
        if text is None and progress.attempts:
            self._tasks.start(_once_more(self, progress))
        return text

    async def _once_more(self: Attempts, progress: Progress) -> None:
        await asyncio.sleep(progress.settings.retry.backoff_first_s)
        await _whatever_comes(
            self._service.complete(progress.work, progress.settings.prompt, progress.attempts + 1, 1.0)
        )

    patch(Attempts, "run", run)


@breaks("RES-EXC-3")
def a_new_request_id_for_each_attempt(patch: Patch) -> None:
    """A retry is a new request to the AI service, which cannot know that it is the same."""
    _change_retries(patch, lambda work, prompt: (replace(work, request_id=uuid.uuid4().hex), prompt))


@breaks("RES-EXC-3")
def forgets_the_question_on_a_retry(patch: Patch) -> None:
    """A retry is made of the text alone; the person's question is lost."""
    _change_retries(patch, lambda work, prompt: (replace(work, options={}), prompt))


@breaks("RES-EXC-3")
def asks_more_urgently_on_a_retry(patch: Patch) -> None:
    """The instruction of a retry asks for more care than that of the first attempt."""
    _change_retries(patch, lambda work, prompt: (work, f"{prompt} Answer carefully."))


@breaks("RES-EXC-3", spills=("RES-METRIC-5",))
def every_attempt_is_the_first(patch: Patch) -> None:
    """The AI service is told of each attempt that it is the first."""
    sound = AiService.complete

    async def complete(self: AiService, work: Work, prompt: str, _attempt: int, within_s: float) -> str:
        return await sound(self, work, prompt, 1, within_s)

    patch(AiService, "complete", complete)


@breaks("RES-PIPE-1", "RES-PIPE-2", "RES-PIPE-6", spills=("RES-EXC-3", "RES-CONC-1", "RES-METRIC-5", "RES-METRIC-6"))
def asks_twice_to_compare(patch: Patch) -> None:
    """Every good answer is asked for once more, to compare the two."""
    sound = AiService.complete

    async def complete(self: AiService, work: Work, prompt: str, attempt: int, within_s: float) -> str:
        text = await sound(self, work, prompt, attempt, within_s)
        await _whatever_comes(sound(self, work, prompt, attempt, within_s))
        return text

    patch(AiService, "complete", complete)


@breaks("RES-PIPE-6", spills=("RES-EXC-2", "RES-PIPE-2", "RES-PIPE-3", "RES-PIPE-5", "RES-BREAK-1", "RES-BREAK-5"))
def asks_again_when_an_answer_is_slow(patch: Patch) -> None:
    """A call that takes longer than 0.1 seconds is made a second time beside the first; the first answer counts."""
    sound = AiService.complete

    async def complete(self: AiService, work: Work, prompt: str, attempt: int, within_s: float) -> str:
        calls = [asyncio.create_task(sound(self, work, prompt, attempt, within_s))]
        done, pending = await asyncio.wait(calls, timeout=HEDGED_AFTER_S)
        if not done:
            calls.append(asyncio.create_task(sound(self, work, prompt, attempt, within_s)))
            done, pending = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
        for call in pending:
            call.cancel()
        return done.pop().result()

    patch(AiService, "complete", complete)


def _back_off(patch: Patch, change: Callable[[RetrySettings], RetrySettings]) -> None:
    sound = retry.backoff_s

    def backoff_s(settings: RetrySettings, attempt: int) -> float:
        return sound(change(settings), attempt)

    patch(retry, "backoff_s", backoff_s)


def _change_retries(patch: Patch, change: Callable[[Work, str], tuple[Work, str]]) -> None:
    """*change* what is sent with every attempt but the first."""
    sound = AiService.complete

    async def complete(self: AiService, work: Work, prompt: str, attempt: int, within_s: float) -> str:
        work, prompt = change(work, prompt) if attempt > 1 else (work, prompt)
        return await sound(self, work, prompt, attempt, within_s)

    patch(AiService, "complete", complete)


async def _whatever_comes(call: Awaitable[str]) -> None:
    with suppress(AttemptError):
        await call
