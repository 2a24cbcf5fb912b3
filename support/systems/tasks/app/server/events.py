"""Those who listen to a repository, each with a queue of their own: one that is slow costs the others nothing."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence

from support.systems.tasks.app.server.core import TooSlowError
from support.systems.tasks.app.server.model import Event
from support.systems.tasks.app.server.observing import Observer, SubscriberTooSlow


class LiveFeed:
    """Implements `Feed`. *limit* events may wait; those that it replays do not count.

    *number* is that of the last change when it began: what is published from then on comes by `hear`, what was before by `replay`.
    """

    def __init__(self, repository: str, number: int, limit: int, leave: "Callable[[LiveFeed], None]") -> None:
        self.repository = repository
        self.number = number
        self.resync = False
        self._limit = limit
        self._leave = leave
        self._replayed: deque[Event] = deque()
        self._heard: deque[Event] = deque()
        self._called = asyncio.Event()
        self._overflowed = asyncio.Event()

    def replay(self, events: Sequence[Event]) -> None:
        self._replayed.extend(events)

    def hear(self, event: Event) -> bool:
        """Whether there was room for it; once there is none, nothing more is kept."""
        if len(self._heard) >= self._limit:
            self.end()
            return False
        self._heard.append(event)
        self._called.set()
        return True

    def end(self) -> None:
        """As if it were too slow: whoever listens is to come back."""
        self._heard.clear()
        self._replayed.clear()
        self._overflowed.set()
        self._called.set()

    async def __aiter__(self) -> AsyncIterator[Event]:
        while True:
            while waiting := self._replayed or self._heard:
                yield waiting.popleft()
            if self._overflowed.is_set():
                raise TooSlowError
            self._called.clear()
            await self._called.wait()

    async def overflow(self) -> None:
        await self._overflowed.wait()

    async def close(self) -> None:
        self._leave(self)


class Subscribers:
    """All feeds, by their repositories."""

    def __init__(self, limit: int, observe: Observer) -> None:
        self._limit = limit
        self._observe = observe
        self._feeds: dict[str, set[LiveFeed]] = {}

    def join(self, repository: str, number: int) -> LiveFeed:
        feed = LiveFeed(repository, number, self._limit, self._leave)
        self._feeds.setdefault(repository, set()).add(feed)
        return feed

    def publish(self, event: Event) -> None:
        for feed in tuple(self._feeds.get(event.repository, ())):
            if not feed.hear(event):
                self._leave(feed)
                self._observe(SubscriberTooSlow(event.repository))

    def end_all(self) -> None:
        """Nothing more will be published."""
        for feeds in self._feeds.values():
            for feed in feeds:
                feed.end()
        self._feeds.clear()

    def _leave(self, feed: LiveFeed) -> None:
        feeds = self._feeds.get(feed.repository, set())
        feeds.discard(feed)
        if not feeds:
            self._feeds.pop(feed.repository, None)
