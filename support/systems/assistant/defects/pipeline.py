"""Mistakes on the way of a request through the layer: answers and their sources, many people at once, the end of all attempts."""

import asyncio
import hashlib
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from support.systems.assistant.app import orchestrator, process
from support.systems.assistant.app.ai_service import AiService
from support.systems.assistant.app.answer_cache import AnswerCache
from support.systems.assistant.app.attempts import Attempts
from support.systems.assistant.app.breaker_model import Permit
from support.systems.assistant.app.events import RequestEnded
from support.systems.assistant.app.failures import AttemptError
from support.systems.assistant.app.fallbacks import fallback
from support.systems.assistant.app.model import Answer, Kind, Source, Work
from support.systems.assistant.app.orchestrator import Orchestrator
from support.systems.assistant.app.progress import Progress
from support.systems.patched_variants import Patch, breaks


@breaks("RES-PIPE-5", spills=("RES-PIPE-6", "RES-CONC-1"))
def names_another_time_in_the_header(patch: Patch) -> None:
    """Programs, which read the header, come back a minute later than people, who are told by the body."""
    sound = process._response

    def _response(work: Work, answer: Answer) -> Response:
        response = sound(work, answer)
        if answer.retry_after_s is not None:
            response.headers["Retry-After"] = str(int(response.headers["Retry-After"]) + 60)
        return response

    patch(process, "_response", _response)


@breaks(
    "RES-PIPE-1",
    "RES-PIPE-2",
    spills=("RES-PIPE-5", "RES-PIPE-6", "RES-EXC-1", "RES-EXC-2", "RES-EXC-3", "RES-BREAK-1", "RES-BREAK-3"),
)
def counts_retries_for_attempts(patch: Patch) -> None:
    """An answer names its retries where it should name its attempts."""
    sound = process._response

    def _response(work: Work, answer: Answer) -> Response:
        return sound(work, replace(answer, attempts=max(0, answer.attempts - 1)))

    patch(process, "_response", _response)


@breaks("RES-PIPE-3", spills=("RES-PIPE-5", "RES-BREAK-1", "RES-BREAK-3"))
def an_error_while_the_breaker_is_open(patch: Patch) -> None:
    """Nobody expects the exception of an open breaker, so people get an error."""
    sound = Attempts._permit

    async def _permit(self: Attempts, progress: Progress) -> Permit | None:
        permit = await sound(self, progress)
        if permit is None:
            raise RuntimeError("the breaker is open")
        return permit

    patch(Attempts, "_permit", _permit)


@breaks("RES-PIPE-3", spills=("RES-BREAK-1", "RES-BREAK-3", "RES-PIPE-5"))
def waits_while_the_breaker_is_open(patch: Patch) -> None:
    """While the breaker is open, people wait until the deadline, in case it closes."""
    sound = Attempts._permit

    async def _permit(self: Attempts, progress: Progress) -> Permit | None:
        permit = await sound(self, progress)
        if permit is None:
            await asyncio.sleep(progress.remaining_s())
        return permit

    patch(Attempts, "_permit", _permit)


@breaks(
    *("RES-PIPE-5", "RES-EXC-4"),
    spills=("RES-PIPE-3", "RES-PIPE-4", "RES-EXC-1", "RES-EXC-2", "RES-EXC-5", "RES-BREAK-1", "RES-BREAK-3"),
)
def an_error_when_all_attempts_failed(patch: Patch) -> None:
    """Instead of a fallback answer, people get an error."""

    def no_fallback(work: Work) -> str:
        raise RuntimeError(f"all attempts at {work.operation} have failed")

    patch(orchestrator, "fallback", no_fallback)


@breaks("RES-PIPE-5")
def a_fallback_without_a_time(patch: Patch) -> None:
    """A fallback answer does not say when to come back."""
    sound = process._response

    def _response(work: Work, answer: Answer) -> Response:
        return sound(work, replace(answer, retry_after_s=None))

    patch(process, "_response", _response)


@breaks("RES-PIPE-5")
def forgets_older_answers(patch: Patch) -> None:
    """A stored answer is given only while it is fresh, not when the AI service fails."""

    def change(work: Work, answer: Answer) -> Answer:
        if answer.source is not Source.CACHED or not answer.errors:
            return answer
        return Answer(Source.FALLBACK, fallback(work), answer.attempts, answer.errors, retry_after_s=1.0)

    _change_answers(patch, change)


@breaks("RES-PIPE-5", spills=("RES-METRIC-5",))
def older_answers_hide_failures(patch: Patch) -> None:
    """A stored answer names no failures, although the AI service has just failed."""
    _change_answers(
        patch, lambda _work, answer: replace(answer, errors=()) if answer.source is Source.CACHED else answer
    )


@breaks("RES-PIPE-5", spills=("RES-METRIC-1", "RES-METRIC-5", "RES-METRIC-6", "RES-EXC-5"))
def a_fallback_for_each_failure(patch: Patch) -> None:
    """A fallback answer is made and counted after each failed attempt, also where another attempt follows."""
    sound = Attempts._failed

    async def _failed(self: Attempts, progress: Progress, permit: Permit, error: AttemptError, took_s: float) -> Any:
        following = await sound(self, progress, permit, error, took_s)
        if following.decision == "retry":
            fallback(progress.work)
            self._tell(RequestEnded(progress.work, Source.FALLBACK, took_s, progress.attempts))
        return following

    patch(Attempts, "_failed", _failed)


@breaks(
    "RES-PIPE-6",
    spills=(
        "RES-PIPE-1",
        "RES-PIPE-4",
        "RES-EXC-1",
        "RES-CONC-1",
        "RES-BREAK-1",
        "RES-BREAK-2",
        "RES-BREAK-3",
        "RES-BREAK-5",
    ),
)
def stores_answers_by_operation(patch: Patch) -> None:
    """The key of a stored answer leaves out the text, so people get each other's answers."""

    def _key(_self: AnswerCache, work: Work, prompt: str) -> str:
        return f"assistant:answer:{work.operation}:{hashlib.sha256(prompt.encode()).hexdigest()}"

    patch(AnswerCache, "_key", _key)


@breaks("RES-PIPE-6", "RES-EXC-3", spills=("RES-BREAK-5",))
def keeps_the_request_in_a_shared_place(patch: Patch) -> None:
    """The request in progress is kept in one place for all, so people who ask at once get each other's answers."""
    sound, latest = AiService.complete, dict[str, Work]()

    async def complete(self: AiService, work: Work, prompt: str, attempt: int, within_s: float) -> str:
        latest[work.operation] = work
        await asyncio.sleep(0)
        return await sound(self, latest[work.operation], prompt, attempt, within_s)

    patch(AiService, "complete", complete)


@breaks("RES-BREAK-5")
def one_call_blocks_all(patch: Patch) -> None:
    """Calls to the AI service are made one after the other."""
    sound, one_at_a_time = AiService.complete, asyncio.Lock()

    async def complete(self: AiService, work: Work, prompt: str, attempt: int, within_s: float) -> str:
        async with one_at_a_time:
            return await sound(self, work, prompt, attempt, within_s)

    patch(AiService, "complete", complete)


@breaks("RES-EXC-4", spills=("RES-PIPE-1", "RES-CONC-1"))
def a_failed_call_keeps_its_place(patch: Patch) -> None:
    """The client makes 10 calls at the same time, and only those that succeed give their place back."""
    sound, places = AiService.complete, asyncio.Semaphore(10)

    async def complete(self: AiService, work: Work, prompt: str, attempt: int, within_s: float) -> str:
        try:
            async with asyncio.timeout(within_s):
                await places.acquire()
        except TimeoutError:
            raise AttemptError(Kind.TIME_OUT) from None
        text = await sound(self, work, prompt, attempt, within_s)
        places.release()
        return text

    patch(AiService, "complete", complete)


@breaks("RES-EXC-4")
def starts_anew_when_everything_fails(patch: Patch) -> None:
    """When all attempts at a request have failed for the first time, the service starts anew, to be on the safe side."""
    done: list[str] = []

    def start_anew(work: Work) -> str:
        if not done:
            done.append(work.request_id)
            os.kill(os.getpid(), signal.SIGHUP)
        return fallback(work)

    patch(orchestrator, "fallback", start_anew)


def _change_answers(patch: Patch, change: Callable[[Work, Answer], Answer]) -> None:
    sound = Orchestrator._answer

    async def _answer(self: Orchestrator, progress: Progress) -> Answer:
        return change(progress.work, await sound(self, progress))

    patch(Orchestrator, "_answer", _answer)
