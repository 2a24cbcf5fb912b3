"""The faults that only the AI service can have, as rules for its stand-in."""

from collections.abc import Sequence
from datetime import timedelta

from support.faults.injectors.standin import StandInInjector
from support.faults.model import Fault
from support.standins.script import (
    Answer,
    AnyRule,
    CutStream,
    Drop,
    InvalidJson,
    Ok,
    ReplacedBody,
    Rule,
    Silent,
    Status,
    TruncatedBody,
)
from support.systems.assistant.faults import (
    AiServiceFault,
    AsksToWait,
    BrokenOffAnswers,
    DroppedRequests,
    Errors,
    ErrorThenBrokenOff,
    Mute,
    SlowAnswers,
    SlowThenErrors,
    SomeErrors,
    StalledAnswers,
    Wrong,
    WrongAnswers,
)
from support.systems.assistant.standins.ai_service.malformed import (
    EmptyText,
    ErrorInside,
    NoChoices,
    OtherShape,
    Unfinished,
    WrongType,
)

MALFORMED: dict[Wrong, Answer] = {
    Wrong.EMPTY_BODY: ReplacedBody(""),
    Wrong.NOT_JSON: InvalidJson(),
    Wrong.OTHER_SHAPE: OtherShape(),
    Wrong.ERROR_INSIDE: ErrorInside(),
    Wrong.NO_CHOICES: NoChoices(),
    Wrong.NO_TEXT: EmptyText(),
    Wrong.WRONG_TYPE: WrongType(),
    Wrong.FILTERED: Unfinished(),
}


ALWAYS: dict[type[AiServiceFault], Answer] = {
    Mute: Silent(),
    StalledAnswers: CutStream(1, "silence"),
    BrokenOffAnswers: TruncatedBody(),
    DroppedRequests: Drop(),
}


class AiServiceInjector(StandInInjector):
    def rules(self, fault: Fault) -> Sequence[AnyRule]:
        match fault:
            case ErrorThenBrokenOff(status=status):
                return [Rule(answer=Status(status), first=1), Rule(answer=TruncatedBody())]
            case SlowThenErrors(delay=delay, status=status):
                return [Rule(answer=Ok(), first=1, latency_s=delay.total_seconds()), Rule(answer=Status(status))]
        return super().rules(fault)

    def rule(self, fault: Fault) -> AnyRule:
        if not isinstance(fault, AiServiceFault):
            return super().rule(fault)
        return Rule(
            answer=_answer(fault),
            key=fault.operation.api if fault.operation else None,
            first=fault.times,
            headers={"X-Attempt": "1"} if isinstance(fault, SomeErrors) else {},
            every=fault.one_in if isinstance(fault, SomeErrors) else 1,
            latency_s=fault.delay.total_seconds() if isinstance(fault, SlowAnswers) else 0,
        )


def _answer(fault: AiServiceFault) -> Answer:
    match fault:
        case Errors(status=status) | SomeErrors(status=status):
            return Status(status)
        case AsksToWait(wait=timedelta() as wait):
            seconds = wait.total_seconds()
            return Status(429, retry_at=seconds) if fault.as_date else Status(429, retry_after=round(seconds))
        case AsksToWait():
            return Status(429)
        case WrongAnswers(kind=kind):
            return MALFORMED[kind]
    return ALWAYS.get(type(fault), Ok())
