"""The load generator: `python -m support.workload`; a `LoadProfile` on stdin, "ready" and later the `TimedRequest`s on stdout.

It sends requests until stdin ends, which also happens when its parent dies, and then waits for the last answers. It is a process
of its own, so that neither the work of the suite nor the interpreter's lock delays a request.
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

from support.workload.load_profile import LoadProfile, TimedRequest

LONGEST_S = 300.0
NICENESS = -20  # the measuring process must not wait for the measured ones


def due_moments(profile: LoadProfile, start: float) -> Iterator[float]:
    """When each request is due, from *start* on."""
    draw, moment = Random(profile.seed), start  # noqa: S311  not for secrets
    while True:
        moment += draw.expovariate(profile.rate)
        yield moment


async def send_load(profile: LoadProfile, enough: asyncio.Event) -> list[TimedRequest]:
    """Send requests until *enough* is set. Returns them in the order of the answers."""
    done: list[TimedRequest] = []
    unlimited = aiohttp.TCPConnector(limit=0)  # requests would queue for a limited pool
    timeout = aiohttp.ClientTimeout(total=profile.timeout_s)
    async with aiohttp.ClientSession(connector=unlimited, timeout=timeout) as client:

        async def send(due: float, path: str) -> None:
            sent, status = time.monotonic(), 0
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with client.get(profile.url + path) as answer:
                    await answer.read()
                    status = answer.status
            done.append(TimedRequest(due, sent, time.monotonic(), status))

        start = time.monotonic()
        async with asyncio.TaskGroup() as open_requests:
            for due, path in zip(due_moments(profile, start), cycle(profile.paths), strict=False):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(enough.wait(), max(0, due - time.monotonic()))
                if enough.is_set() or due > start + LONGEST_S:
                    break
                open_requests.create_task(send(due, path))
    return done


async def _main() -> None:
    profile = msgspec.json.decode(sys.stdin.buffer.readline(), type=LoadProfile)
    enough = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), enough.set)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    done = await send_load(profile, enough)
    sys.stdout.buffer.write(msgspec.json.encode(done))


if __name__ == "__main__":
    # without the permission it runs as any process; whether it kept its schedule is measured anyway
    with contextlib.suppress(PermissionError):
        os.nice(NICENESS)
    gc.disable()  # no pauses for it; the process is short-lived
    asyncio.run(_main())
