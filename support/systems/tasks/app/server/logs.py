"""Logging: one JSON object a line on stdout, with timestamp, level, event and the request's id. No content of tasks."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from support.systems.tasks.app.server.observing import (
    BreakerMoved,
    CallOutcome,
    ConflictRecorded,
    Happening,
    StoreCalled,
    SubscriberTooSlow,
    WriteInDoubt,
    WriteMadeCertain,
)

log = structlog.get_logger()


def set_up() -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _with_request_id,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_OfLibraries()], force=True)


def log_happening(happening: Happening) -> None:
    """An observer."""
    match happening:
        case StoreCalled(call=call, outcome=CallOutcome.FAILED, reason=reason):
            log.warning("store.failed", call=call, reason=reason)
        case BreakerMoved(before=before, after=after):
            log.warning("breaker.moved", from_state=before, to_state=after)
        case WriteInDoubt(repository=repository, task_id=task_id):
            log.warning("write.in_doubt", repository=repository, task_id=task_id)
        case WriteMadeCertain(repository=repository, task_id=task_id, took_effect=took_effect):
            log.info("write.made_certain", repository=repository, task_id=task_id, took_effect=took_effect)
        case ConflictRecorded(repository=repository, task_id=task_id, kind=kind):
            log.info("conflict.recorded", repository=repository, task_id=task_id, kind=kind)
        case SubscriberTooSlow(repository=repository):
            log.warning("subscriber.too_slow", repository=repository)
        case _:
            pass


def _with_request_id(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event.setdefault("request_id", None)
    return event


class _OfLibraries(logging.Handler):
    """What libraries log becomes a line like ours."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and isinstance(record.exc_info[1], UnicodeDecodeError):
            return  # text of a client that is not UTF-8, which uvicorn has answered with 1007
        log.log(record.levelno, "library", logger=record.name, message=record.getMessage(), exc_info=record.exc_info)
