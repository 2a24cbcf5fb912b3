"""Mistakes with the kinds of errors: what each means, what the person is told of it, and what is recorded."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from starlette.responses import Response

from support.systems.assistant.app import ai_service, attempts, failures, process, retry
from support.systems.assistant.app.ai_service import AiService
from support.systems.assistant.app.attempts import Attempts, ContentRejectedError
from support.systems.assistant.app.audit import Audit
from support.systems.assistant.app.breaker import Status
from support.systems.assistant.app.breaker_model import Outcome, Permit
from support.systems.assistant.app.events import AttemptEnded, Event, RequestEnded
from support.systems.assistant.app.failures import POLICIES, AttemptError, Policy, Repeat, kind_of_status
from support.systems.assistant.app.model import Answer, Kind, RetrySettings, Work
from support.systems.assistant.app.progress import Progress
from support.systems.patched_variants import Patch, breaks

REQUEST_TIMEOUT = 408
REFUSED_CREDENTIALS = (401, 403)


@breaks("RES-EXC-1")
def takes_408_for_our_mistake(patch: Patch) -> None:
    """All of 4xx but 429 is taken for a permanent error."""
    _classify(patch, lambda status: Kind.MISCONFIGURED if status == REQUEST_TIMEOUT else kind_of_status(status))


@breaks("RES-EXC-1", spills=("RES-PIPE-5",))
def repeats_permanent_errors(patch: Patch) -> None:
    """A request is sent again although the AI service refuses our credentials or address."""
    _handle(patch, Kind.MISCONFIGURED, Policy(Repeat.AFTER_BACKOFF, counts=False))


@breaks("RES-EXC-1", spills=("RES-BREAK-5",))
def repeats_rejected_content(patch: Patch) -> None:
    """Content that the AI service refuses for good is sent once more before the person is told."""
    sound = AiService.complete

    async def complete(self: AiService, work: Work, prompt: str, attempt: int, within_s: float) -> str:
        try:
            return await sound(self, work, prompt, attempt, within_s)
        except AttemptError as error:
            if error.kind is not Kind.REJECTED:
                raise
            return await sound(self, work, prompt, attempt, within_s)

    patch(AiService, "complete", complete)


@breaks("RES-EXC-1")
def a_fallback_for_rejected_content(patch: Patch) -> None:
    """A person whose request will never be answered is told to come back later."""
    sound = Attempts.run

    async def run(self: Attempts, progress: Progress) -> str | None:
        try:
            return await sound(self, progress)
        except ContentRejectedError:
            return None

    patch(Attempts, "run", run)


@breaks("RES-EXC-1", spills=("RES-PIPE-5",))
def blames_the_person_for_our_credentials(patch: Patch) -> None:
    """Refused credentials are taken for refused content."""
    _classify(patch, lambda status: Kind.REJECTED if status in REFUSED_CREDENTIALS else kind_of_status(status))


@breaks("RES-EXC-1", "RES-BREAK-1")
def rejected_content_counts_as_a_failure(patch: Patch) -> None:
    """The breaker takes content that is refused for good for a failure of the AI service."""
    _handle(patch, Kind.REJECTED, Policy(Repeat.NEVER, counts=True))


@breaks("RES-BREAK-1")
def rejected_content_counts_as_a_success(patch: Patch) -> None:
    """The AI service answered, so the breaker takes content that is refused for good for a success."""
    sound = Attempts._report

    async def _report(self: Attempts, progress: Progress, permit: Permit, outcome: Outcome, cause: str = "") -> Status:
        counted = Outcome.SUCCESS if outcome is Outcome.NEITHER else outcome
        return await sound(self, progress, permit, counted, cause)

    patch(Attempts, "_report", _report)


@breaks("RES-EXC-2")
def repeats_malformed_answers_like_others(patch: Patch) -> None:
    """A malformed answer is asked for again as often as after an error, and after the same waits."""
    _handle(patch, Kind.MALFORMED, Policy(Repeat.AFTER_BACKOFF, counts=True))


@breaks("RES-EXC-2")
def never_repeats_malformed_answers(patch: Patch) -> None:
    """A malformed answer is not asked for again."""
    _handle(patch, Kind.MALFORMED, Policy(Repeat.NEVER, counts=True))


@breaks("RES-EXC-2")
def waits_after_a_malformed_answer(patch: Patch) -> None:
    """A malformed answer is asked for once more, but only after the backoff."""
    sound = retry.wait_before_next_s

    def wait_before_next_s(
        settings: RetrySettings, attempt: int, error: AttemptError, earlier: Sequence[Kind], remaining_s: float
    ) -> float | None:
        wait_s = sound(settings, attempt, error, earlier, remaining_s)
        return retry.backoff_s(settings, attempt) if wait_s == 0 else wait_s

    patch(attempts, "wait_before_next_s", wait_before_next_s)


@breaks("RES-EXC-2", spills=("RES-METRIC-5",))
def takes_any_200_for_an_answer(patch: Patch) -> None:
    """Where the status is 200, whatever stands in the body is given to the person."""
    sound = ai_service._text

    def _text(content: bytes) -> str:
        try:
            return sound(content)
        except AttemptError:
            return content.decode(errors="replace") or "(empty)"

    patch(ai_service, "_text", _text)


@breaks("RES-EXC-2")
def gives_unfinished_answers(patch: Patch) -> None:
    """Nobody looks at why an answer ended, so a filtered one is given as if it were whole."""
    sound = ai_service._text

    def _text(content: bytes) -> str:
        return sound(content.replace(b'"content_filter"', b'"stop"'))

    patch(ai_service, "_text", _text)


@breaks("RES-PIPE-2", "RES-EXC-1", "RES-EXC-2", "RES-EXC-5", spills=("RES-PIPE-5", "RES-METRIC-5"))
def calls_every_failure_a_server_error(patch: Patch) -> None:
    """Answers name the kind of a failure as server_error, whatever it was."""
    _change_answers(patch, lambda answer: replace(answer, errors=tuple(Kind.SERVER_ERROR for _ in answer.errors)))


@breaks("RES-PIPE-2", "RES-PIPE-5", "RES-EXC-2", "RES-EXC-5", spills=("RES-METRIC-5",))
def names_only_the_last_failure(patch: Patch) -> None:
    """Each failure of a request replaces the one before."""
    _change_answers(patch, lambda answer: replace(answer, errors=answer.errors[-1:]))


@breaks("RES-EXC-5")
def names_the_last_failure_first(patch: Patch) -> None:
    """Answers name the failures in reverse."""
    _change_answers(patch, lambda answer: replace(answer, errors=answer.errors[::-1]))


@breaks("RES-EXC-5")
def audits_every_decision_as_a_retry(patch: Patch) -> None:
    """The audit trail has what is decided as a rule, not what was decided."""
    _observe(patch, lambda event: replace(event, decision="retry") if isinstance(event, AttemptEnded) else event)


@breaks("RES-EXC-5")
def audits_no_answers(patch: Patch) -> None:
    """The audit trail does not tell how a person was answered in the end."""
    _observe(patch, lambda event: None if isinstance(event, RequestEnded) else event)


def _classify(patch: Patch, kind: Callable[[int], Kind]) -> None:
    def _kind_of_status(status: int) -> Kind:
        return kind(status)

    patch(ai_service, "kind_of_status", _kind_of_status)


def _handle(patch: Patch, kind: Kind, policy: Policy) -> None:
    patch(failures, "POLICIES", POLICIES | {kind: policy})


def _change_answers(patch: Patch, change: Callable[[Answer], Answer]) -> None:
    sound = process._response

    def _response(work: Work, answer: Answer) -> Response:
        return sound(work, change(answer))

    patch(process, "_response", _response)


def _observe(patch: Patch, change: Callable[[Event], Event | None]) -> None:
    sound = Audit.__call__

    def observe(self: Audit, event: Event) -> None:
        changed = change(event)
        if changed is not None:
            sound(self, changed)

    patch(Audit, "__call__", observe)
