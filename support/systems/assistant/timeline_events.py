"""What the report shows of a scenario of the assistant: answers to people, and what the AI service saw."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import groupby

from support.behave_runtime.stage import Stage, unfolded
from support.core.errors import NotApplicableError
from support.environments.service_log import ServiceLog
from support.measure.recovery import Restart
from support.measure.recovery_clock import ObservedRecovery
from support.reporting.timeline_model import (
    ANSWERED,
    REFUSED,
    SILENT,
    Answer,
    Colour,
    Grade,
    Lane,
    Row,
    Table,
    Text,
    Ticks,
    TimelineEvents,
)
from support.standins.received_alerts import AlertInbox
from support.standins.record import RecordedRequest
from support.systems.assistant.actors.person import Crowd, Reply
from support.systems.assistant.observers.ai_service_record import AiServiceRecord
from support.systems.assistant.observers.moment import time_limits_that_ran_out

LIVE = Grade("live answer", 0, "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z", Colour.GREEN)
STORED = Grade("stored answer", 1, "m-4.5-4.5h9v9h-9z", Colour.BLUE)
FALLBACK = Grade("fallback answer", 2, "m0-6l6 10.5h-12z", Colour.ORANGE)
SOURCES = {"live": LIVE, "cached": STORED, "fallback": FALLBACK}
LOG_TAIL = 20_000  # characters


def timeline_events(stage: Stage, began: float) -> TimelineEvents:
    """*began* is when the scenario started (unix seconds). What cannot be observed here is left out."""
    seen = unfolded(stage.history)
    return TimelineEvents(
        answers=[_answer(one) for one in seen if isinstance(one, Reply)],
        best=LIVE,
        restarts=[one for one in seen if isinstance(one, Restart)],
        recoveries=[one for one in seen if isinstance(one, ObservedRecovery)],
        lanes=list(_ai_service_lanes(stage.the(AiServiceRecord), began)),
        tables=[Table("What people were answered", list(_rows(stage.history)))],
        on_failure=lambda: _evidence(stage),
        where_to_look=lambda _now: _last_answers(seen),
        time_limits_that_ran_out=lambda: time_limits_that_ran_out(stage),
        longest_wait="longest wait of a person",
        no_answers="nobody asked the assistant",
    )


def _answer(reply: Reply) -> Answer:
    refused = SILENT if reply.status is None else REFUSED
    grade = SOURCES.get(reply.source, ANSWERED) if reply.answered else refused
    return Answer(reply.at, reply.waited.total_seconds(), grade)


def _ai_service_lanes(record: AiServiceRecord, began: float) -> Iterator[Lane | Ticks]:
    """The requests that reached the AI service, without those of probes."""
    with suppress(NotApplicableError):
        yield Ticks("AI service calls", [request.at for request in record.requests() if request.at >= began])


def _last_answers(seen: Sequence[object]) -> list[str]:
    replies = [one for one in seen if isinstance(one, Reply)]
    return [f"the last answer to a person: {replies[-1]}"] if replies else []


def _evidence(stage: Stage) -> Iterator[Table | Text]:
    with suppress(NotApplicableError):
        requests = [_request(one) for one in stage.the(AiServiceRecord).requests(include_probes=True)]
        yield Table("What the AI service saw", requests or [Row({"request": "none"})])
    with suppress(NotApplicableError):
        yield Text("What the assistant logged", stage.the(ServiceLog).text()[-LOG_TAIL:] or "nothing")
    with suppress(NotApplicableError):
        yield Table("Alerts to the operators", [Row(one.body, one.at) for one in stage.the(AlertInbox).alerts()])


def _request(request: RecordedRequest) -> Row:
    left = request.left_at is not None
    columns = {
        "request": request.headers.get("x-request-id", ""),
        "operation": request.key or "",
        "attempt": request.headers.get("x-attempt", ""),
        "answered": "the client left" if left else request.status or "nothing",
        "by our probe": "yes" if request.probe else "",
    }
    return Row(columns, request.at)


def _rows(history: Sequence[object]) -> Iterator[Row]:
    """One row for each answer or crowd; consecutive answers that are alike share a row."""
    for _, alike in groupby(history, key=_same_answer):
        items = list(alike)
        match items[0]:
            case Reply():
                replies = [one for one in items if isinstance(one, Reply)]
                yield _replies("a person" + (f", {len(replies)} times" if len(replies) > 1 else ""), replies)
            case Crowd(replies) if replies:
                yield _replies(f"{len(replies)} requests of a crowd", replies)


def _same_answer(item: object) -> object:
    return (item.operation, item.status, item.source, item.errors) if isinstance(item, Reply) else id(item)


def _replies(who: str, replies: Sequence[Reply]) -> Row:
    kinds = Counter(one.source if one.answered else one.error or "no answer" for one in replies)
    least, most = (f"{edge(one.waited for one in replies).total_seconds():.3f} s" for edge in (min, max))
    columns = {
        "who": who,
        "asked for": ", ".join(sorted({one.operation for one in replies})),
        "answer": ", ".join(f"{count} times {kind}" if len(replies) > 1 else kind for kind, count in kinds.items()),
        "errors": ", ".join(replies[0].errors) if len(replies) == 1 else "",
        "waited": least if least == most else f"{least} to {most}",
    }
    return Row(columns, replies[0].at)
