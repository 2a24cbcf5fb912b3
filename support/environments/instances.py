"""Further instances of the service under test, which a scenario starts and ends."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

from support.core.target import Target
from support.environments.parts import Part


class MoreInstances:
    """Runs further instances, which *make* starts under a name, and ends; the first of them is in *parts* as the target *second*.

    *name* is that of the service ("assistant"); the instances are numbered from 2. Each call is given what is added to the
    environment of that instance.
    """

    def __init__(
        self,
        parts: dict[Target, Part],
        make: Callable[[str, Mapping[str, str]], AbstractContextManager[Part]],
        second: Target,
        name: str,
    ) -> None:
        self._parts = parts
        self._make = make
        self._second = second
        self._name = name
        self._running = 1

    @contextmanager
    def __call__(self, env: Mapping[str, str]) -> Iterator[Part]:
        self._running += 1
        first = self._running == 2
        try:
            with self._make(f"{self._name} {self._running}", env) as part:
                if first:
                    self._parts[self._second] = part
                yield part
        finally:
            self._running -= 1
            if first:
                self._parts.pop(self._second, None)
