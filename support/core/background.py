"""Work that runs beside a scenario, in a thread of its own."""

import threading
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from support.core.errors import BrokenHarnessError, HoldfastError


class Background(ABC):
    """Runs `work` from `begin` to `end`, or for the duration of a `with` block. `work` must return soon after `over` is set."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._error: Exception | None = None

    @abstractmethod
    def work(self) -> None: ...

    def begin(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Stop the work and raise the error that ended it early, if any, once.

        An `AssertionError` or a `HoldfastError` is raised as it is, any other error as a `BrokenHarnessError`: what the work should
        have done or observed after it is missing, so the scenario proves nothing.
        """
        self.over.set()
        if self._thread.ident:
            self._thread.join()
        if error := self._error:
            self._error = None
            if isinstance(error, AssertionError | HoldfastError):
                raise error
            raise BrokenHarnessError(f"{type(self).__name__} ended early with an error: {error!r}") from error

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
        except Exception as error:  # noqa: BLE001  any error is raised again by end()
            self._error = error
