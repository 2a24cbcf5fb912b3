"""Mistakes with the end of the process."""

import os
from typing import Any

from support.systems.assistant.app import __main__ as start
from support.systems.assistant.app.orchestrator import Orchestrator
from support.systems.patched_variants import Patch, breaks, leaves_sound

LONG_S = 30.0


@breaks("RES-EXC-4")
def stops_without_answering(patch: Patch) -> None:
    """SIGTERM closes all connections at once."""
    patch(start, "FINISH_WITHIN_S", 0.0)
    patch(start, "LAST_ANSWERS_S", 0.0)
    patch(Orchestrator, "interrupt", lambda _self: None)


@breaks("RES-EXC-4")
def stops_when_everybody_is_answered(patch: Patch) -> None:
    """SIGTERM waits for requests in progress, however long they take."""
    patch(start, "FINISH_WITHIN_S", LONG_S)
    patch(start, "EXIT_WITHIN_S", LONG_S)


@leaves_sound("RES-EXC-4")
def stops_with_fallback_answers(patch: Patch) -> None:
    """SIGTERM finishes no request that is with the AI service: people get fallback answers at once."""
    patch(start, "FINISH_WITHIN_S", 0.0)


@breaks("RES-EXC-4")
def ends_as_failed(patch: Patch) -> None:
    """Everybody is answered, and the exit status is that of a failure."""
    sound = start._run

    async def run(*arguments: Any) -> None:
        await sound(*arguments)
        os._exit(1)

    patch(start, "_run", run)
