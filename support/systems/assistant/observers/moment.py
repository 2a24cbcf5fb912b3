"""Time limits that ran out although no fault explains it: what follows from them on a busy machine is not the assistant's."""

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

from support.behave_runtime.stage import Stage, unfolded
from support.core.amounts import span
from support.core.errors import NotApplicableError
from support.environments.service_log import ServiceLog
from support.faults.desk import FaultDesk, InjectedFault
from support.probes.reading import Reading, Symptom
from support.systems.assistant.actors.person import Reply
from support.systems.assistant.observers.ai_service_record import AiServiceRecord
from support.systems.assistant.targets import AI_SERVICE, STORE

SHORT_DELAY = timedelta(seconds=0.25)  # below each time limit that an attempt is given
SILENCE = [Reading(symptom, after_s=0) for symptom in (Symptom.SILENT, Symptom.UNREACHABLE)]
TIME_OUT = "time_out"
NO_ANSWER = "redis.does_not_answer"


def time_limits_that_ran_out(stage: Stage) -> list[str]:
    """Those of attempts, as answers to people name them, and as the AI service saw the assistant leave; and those of the store."""
    slow = [one for one in stage.the(FaultDesk).injected if one.target == AI_SERVICE and _makes_wait(one)]
    told = [told for begin, end, told in _found(stage) if not any(_overlaps(one, begin, end) for one in slow)]
    with suppress(NotApplicableError):
        told += _store_did_not_answer(stage)
    return told


def _store_did_not_answer(stage: Stage) -> list[str]:
    """Lines of the assistant's log, if nothing was done to the store."""
    if any(one.target == STORE for one in stage.the(FaultDesk).injected):
        return []
    lines = stage.the(ServiceLog).records("warning")
    return [f"the assistant logged {one['event']}" for one in lines if one["event"] == NO_ANSWER]


def _found(stage: Stage) -> Iterator[tuple[float, float, str]]:
    """From when to when (unix seconds), and in words."""
    for one in unfolded(stage.history):
        if isinstance(one, Reply) and TIME_OUT in one.errors:
            yield one.at, one.at + one.waited.total_seconds(), f"a person was answered {one}"
    with suppress(NotApplicableError):
        for request in stage.the(AiServiceRecord).requests():
            if request.left_at is not None:
                waited = span(request.left_at - request.at)
                yield request.at, request.left_at, f"the assistant left a request for {request.key} after {waited}"


def _makes_wait(one: InjectedFault) -> bool:
    """Whether an attempt may run out of time because of the fault: not because of a short delay, or an error."""
    delay = getattr(one.fault, "delay", None)
    long = delay is None or delay > SHORT_DELAY
    return long and any(map(one.fault.felt, SILENCE))


def _overlaps(one: InjectedFault, begin: float, end: float) -> bool:
    ahead = time.time() - time.monotonic()
    return one.began + ahead <= end and (one.ended is None or begin <= one.ended + ahead)
