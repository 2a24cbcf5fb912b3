"""Mistakes with circuit breakers, alone and shared."""

from dataclasses import replace
from typing import Any

from support.systems.assistant.app.breaker import Breaker
from support.systems.assistant.app.model import BreakerSettings
from support.systems.patched_variants import Patch, breaks


@breaks("RES-BREAK-1", "RES-PIPE-3")
def opens_one_failure_late(patch: Patch) -> None:
    """The breaker opens after one failure more than configured."""
    sound = Breaker.report

    async def report(self: Breaker, permit: Any, settings: BreakerSettings, *more: Any) -> Any:
        return await sound(self, permit, replace(settings, failures=settings.failures + 1), *more)

    patch(Breaker, "report", report)
