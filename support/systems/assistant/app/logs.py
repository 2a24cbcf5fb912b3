"""Logging: one JSON object a line on stdout, with timestamp, level, event, and the request's identity and operation."""

import sys

import structlog

from support.systems.assistant.app.events import AttemptEnded, BreakerMoved, Event, NotPermitted, ServiceRefusesUs

log = structlog.get_logger()


def set_up() -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )


def log_event(event: Event) -> None:
    """An observer: what went wrong, and every change of a breaker."""
    match event:
        case AttemptEnded(error=error) if error is not None:
            log.warning(
                "attempt.failed",
                request_id=event.work.request_id,
                operation=event.work.operation,
                attempt=event.attempt,
                error=error,
                status=event.status,
                decision=event.decision,
                wait_s=round(event.wait_s, 3),
            )
        case NotPermitted(work=work, error=error):
            log.warning("call.not_permitted", request_id=work.request_id, operation=work.operation, error=error)
        case BreakerMoved():
            moved = {"from_state": event.before, "to_state": event.after, "cause": event.cause}
            log.warning("breaker.moved", operation=event.operation, **moved)
        case ServiceRefusesUs(operation=operation):
            log.error("ai_service.refuses_us", operation=operation)
        case _:
            pass
