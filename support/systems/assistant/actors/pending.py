"""People who have asked and have no answer yet."""

from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from support.systems.assistant.actors.fleet import Instance
from support.systems.assistant.actors.person import Crowd, Person, Reply

AT_MOST = 64


class PendingRequests:
    """Requests that go on while a scenario does something else. The `with` block waits for all of them."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(AT_MOST)
        self._asked: list[Future[Reply]] = []

    def ask(self, instance: Instance, operation: str) -> None:
        self._asked.append(self._pool.submit(Person(instance.api).ask, operation))

    def answers(self) -> Crowd:
        """Wait for the answer to each, in the order in which they were asked."""
        asked, self._asked = self._asked, []
        return Crowd(tuple(one.result() for one in asked))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()
