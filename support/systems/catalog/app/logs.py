"""Logging: one JSON object per line on stdout, with timestamp, level, event and named values."""

import sys

import stamina.instrumentation
import structlog
from stamina.instrumentation import RetryDetails


def set_up() -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    # stamina's own hooks would count into prometheus_client's global registry
    stamina.instrumentation.set_on_retry_hooks([_log_retry])


def _log_retry(details: RetryDetails) -> None:
    structlog.get_logger().warning(
        "provider.retry",
        failed_attempts=details.retry_num,
        wait_s=round(details.wait_for, 3),
        reason=str(details.caused_by),
    )
