"""The load generator: `python -m support.workload`, a plan on stdin, "ready" and later the record on stdout.

It asks from the plan until stdin ends, which it also does when whoever started us dies, and then waits for the last answers. It is
a process of its own, so that neither the work of the suite nor the interpreter's lock delays a question.
"""

import asyncio
import contextlib
import gc
import os
import sys
import time
from collections.abc import Iterator
from itertools import cycle
from random import Random

import aiohttp
import msgspec

from support.workload.load_profile import Asked, Plan

LONGEST_S = 300.0
AHEAD = -20  # as niceness: who measures must not wait for what is measured


def due_moments(plan: Plan, start: float) -> Iterator[float]:
    """When each question is due, from *start* on."""
    draw, moment = Random(plan.seed), start  # noqa: S311  not for secrets
    while True:
        moment += draw.expovariate(plan.rate)
        yield moment


async def ask_as_planned(plan: Plan, enough: asyncio.Event) -> list[Asked]:
    """Ask until *enough*, and return what became of each question, in the order of the answers."""
    asked: list[Asked] = []
    unlimited = aiohttp.TCPConnector(limit=0)  # a pool with an end would be a queue
    patience = aiohttp.ClientTimeout(total=plan.patience_s)
    async with aiohttp.ClientSession(connector=unlimited, timeout=patience) as client:

        async def ask(due: float, question: str) -> None:
            sent, status = time.monotonic(), 0
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with client.get(plan.url + question) as answer:
                    await answer.read()
                    status = answer.status
            asked.append(Asked(due, sent, time.monotonic(), status))

        start = time.monotonic()
        async with asyncio.TaskGroup() as open_questions:
            for due, question in zip(due_moments(plan, start), cycle(plan.questions), strict=False):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(enough.wait(), max(0, due - time.monotonic()))
                if enough.is_set() or due > start + LONGEST_S:
                    break
                open_questions.create_task(ask(due, question))
    return asked


async def _main() -> None:
    plan = msgspec.json.decode(sys.stdin.buffer.readline(), type=Plan)
    enough = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), enough.set)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    asked = await ask_as_planned(plan, enough)
    sys.stdout.buffer.write(msgspec.json.encode(asked))


if __name__ == "__main__":
    with contextlib.suppress(
        PermissionError
    ):  # then as everybody else; whether the schedule was kept is measured anyway
        os.nice(AHEAD)
    gc.disable()  # no pauses of our own; a run is short
    asyncio.run(_main())
