"""How far a long exchange has come, for a person at a terminal."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

AFTER_S, EVERY_S = 1.0, 0.2
ERASE = "\r\x1b[K"


@contextmanager
def progress(sentence: Callable[[], str]) -> Iterator[None]:
    """Shows *sentence* on stderr, again and again, from one second on; nothing unless that is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    shown = asyncio.create_task(_show(sentence))
    try:
        yield
    finally:
        shown.cancel()
        sys.stderr.write(ERASE)
        sys.stderr.flush()


async def _show(sentence: Callable[[], str]) -> None:
    await asyncio.sleep(AFTER_S)
    while True:
        sys.stderr.write(ERASE + sentence())
        sys.stderr.flush()
        await asyncio.sleep(EVERY_S)
