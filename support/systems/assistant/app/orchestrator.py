"""How a request is answered: from a fresh stored answer, by the AI service, from an older stored answer, or by a fallback."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from support.systems.assistant.app.answer_cache import AnswerCache, Stored
from support.systems.assistant.app.attempts import Attempts, ContentRejectedError
from support.systems.assistant.app.bulkhead import BulkheadFullError, Bulkheads
from support.systems.assistant.app.events import NotPermitted, Observer, RequestEnded
from support.systems.assistant.app.fallbacks import fallback
from support.systems.assistant.app.model import Answer, Kind, OperationSettings, Source, Work
from support.systems.assistant.app.progress import Progress


class Orchestrator:
    """*fresh_s* is how old a stored answer may be to be given without asking the AI service."""

    def __init__(self, attempts: Attempts, cache: AnswerCache, fresh_s: float, tell: Observer) -> None:
        self._attempts = attempts
        self._cache = cache
        self._fresh_s = fresh_s
        self._tell = tell
        self._bulkheads = Bulkheads()
        self._interrupted = False
        self._live: set[asyncio.Timeout] = set()
        self._in_progress = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def answer(self, work: Work, settings: OperationSettings) -> Answer:
        """An answer of whatever source. Raises `ContentRejectedError`."""
        progress = Progress(work, settings)
        self._in_progress += 1
        self._idle.clear()
        try:
            answer = await self._answer(progress)
        except ContentRejectedError:
            self._ended(progress, None)
            raise
        finally:
            self._in_progress -= 1
            if not self._in_progress:
                self._idle.set()
        self._ended(progress, answer.source)
        return answer

    async def idle(self) -> None:
        """Returns when no request is in progress."""
        await self._idle.wait()

    def interrupt(self) -> None:
        """Give up on the AI service, now and from now on: what is in progress is answered without it."""
        self._interrupted = True
        now = asyncio.get_running_loop().time()
        for live in self._live:
            if not live.expired():  # an earlier interrupt is just being felt
                live.reschedule(now)

    def _ended(self, progress: Progress, source: Source | None) -> None:
        took_s = time.monotonic() - progress.started
        self._tell(RequestEnded(progress.work, source, took_s, progress.attempts, tuple(progress.errors)))

    async def _answer(self, progress: Progress) -> Answer:
        stored = await self._cache.load(progress.work, progress.settings.prompt)
        if stored and stored.age_s <= self._fresh_s:
            return _cached(stored, progress)
        text = None if self._interrupted else await self._from_service(progress)
        if text is not None:
            await self._cache.store(progress.work, progress.settings.prompt, text)
            return Answer(Source.LIVE, text, progress.attempts, tuple(progress.errors))
        if not stored:  # the store may have been away, or another request may have got the answer
            stored = await self._cache.load(progress.work, progress.settings.prompt)
        if stored:
            return _cached(stored, progress)
        made = fallback(progress.work)
        return Answer(
            Source.FALLBACK, made, progress.attempts, tuple(progress.errors), retry_after_s=progress.retry_after_s
        )

    async def _from_service(self, progress: Progress) -> str | None:
        settings = progress.settings.bulkhead
        wait_s = min(settings.wait_s, progress.remaining_s())
        try:
            async with self._interruptible(), self._bulkheads.of(progress.settings.name).place(settings, wait_s):
                return await self._attempts.run(progress)
        except BulkheadFullError:
            progress.errors.append(Kind.BULKHEAD_FULL)
            self._tell(NotPermitted(progress.work, Kind.BULKHEAD_FULL))
        except TimeoutError:
            return progress.text
        return None

    @asynccontextmanager
    async def _interruptible(self) -> AsyncIterator[None]:
        """Raises `TimeoutError` within, when `interrupt` is called."""
        async with asyncio.timeout(None) as live:
            self._live.add(live)
            try:
                yield
            finally:
                self._live.discard(live)


def _cached(stored: Stored, progress: Progress) -> Answer:
    return Answer(Source.CACHED, stored.result, progress.attempts, tuple(progress.errors), age_s=stored.age_s)
