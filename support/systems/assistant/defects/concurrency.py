"""Mistakes that only many requests at once show."""

import asyncio
from dataclasses import replace
from typing import Any

from support.systems.assistant.app import breaker_scripts
from support.systems.assistant.app.attempts import Attempts
from support.systems.assistant.app.breaker import Breaker
from support.systems.assistant.app.breaker_model import Outcome
from support.systems.assistant.app.progress import Progress
from support.systems.patched_variants import Patch, breaks


@breaks("RES-CONC-1", spills=("RES-BREAK-1", "RES-PIPE-3", "RES-PIPE-4", "RES-METRIC-2", "RES-METRIC-5"))
def loses_failures_of_the_same_moment(patch: Patch) -> None:
    """Failures are read, increased and written back in steps, so that of those that happen at once only one is counted."""
    sound = Breaker.report
    reporting: set[str] = set()

    async def report(self: Breaker, permit: Any, settings: Any, outcome: Outcome, cause: str) -> Any:
        if outcome is Outcome.FAILURE and self._operation in reporting:
            outcome = Outcome.NEITHER
        reporting.add(self._operation)
        try:
            await asyncio.sleep(0.002)
            return await sound(self, permit, settings, outcome, cause)
        finally:
            reporting.discard(self._operation)

    patch(Breaker, "report", report)


@breaks("RES-CONC-1", spills=("RES-PIPE-6", "RES-PIPE-2", "RES-EXC-1", "RES-METRIC-1", "RES-METRIC-5"))
def one_retry_at_a_time(patch: Patch) -> None:
    """A request that meets another one in its retries is not repeated: there is one budget for all, and it is one."""
    sound = Attempts.run
    retrying: set[int] = set()

    async def run(self: Attempts, progress: Progress) -> str | None:
        alone = not retrying
        retrying.add(id(progress))
        try:
            if not alone:
                progress.settings = replace(progress.settings, retry=replace(progress.settings.retry, attempts=1))
            return await sound(self, progress)
        finally:
            retrying.discard(id(progress))

    patch(Attempts, "run", run)


@breaks("RES-CONC-1", spills=("RES-BREAK-1", "RES-BREAK-3", "RES-PIPE-4"))
def admits_every_test_of_a_moment(patch: Patch) -> None:
    """Whoever asks while the service is tested is let through: the limit is compared with the tests that have already ended."""
    script = breaker_scripts.BREAKER.replace(
        "if wins + redis.call('ZCARD', KEYS[2]) < command.probes then", "if wins < command.probes then"
    )
    patch(breaker_scripts, "BREAKER", script)
