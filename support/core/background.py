"""What goes on beside a scenario, in a thread of its own."""

import threading
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from support.core.errors import BrokenHarnessError, HoldfastError


class Background(ABC):
    """At work until `end`, or the end of a `with` block. `over` tells the work that it has to come to its end."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._trouble: Exception | None = None

    @abstractmethod
    def work(self) -> None: ...

    def begin(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """If the work broke off, what it should have done or seen since then is missing. Raises what it broke off with: a broken
        promise or an error of ours as it is, anything else as a `BrokenHarnessError`.
        """
        self.over.set()
        if self._thread.ident:
            self._thread.join()
        if trouble := self._trouble:
            self._trouble = None
            if isinstance(trouble, AssertionError | HoldfastError):
                raise trouble
            raise BrokenHarnessError(f"{type(self).__name__} broke off: {trouble!r}") from trouble

    def __enter__(self) -> Self:
        self.begin()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.end()

    def _run(self) -> None:
        try:
            self.work()
        except Exception as trouble:  # noqa: BLE001  whatever it is, it is told at the end
            self._trouble = trouble
