"""How much of the processors' time the suite took, and how much others: what neither it nor its environment has started."""

from types import TracebackType
from typing import Self

from support.core.processor_time import MOST_OF_OTHERS, counter_of, share_of_others, spent
from support.measure.figure import Figure

OTHERS = "processors' time that others took"
OWN = "processor time a scenario, without containers"


class HostLoad:
    """Measures from the beginning of a `with` block to its end.

    *part* is the process id of a part of the environment. If it is no child of the suite, as in a container, everything in the
    control group above its own counts as the suite's.
    """

    def __init__(self, part: int | None = None) -> None:
        self._counter = None if part is None else counter_of(part)

    def __enter__(self) -> Self:
        self._began = spent(self._counter)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._ended = spent(self._counter)

    def others(self) -> Figure:
        """The share of others in the time of all processors, in percent. The kernel counts in hundredths of a second."""
        return Figure(OTHERS, share_of_others(self._began, self._ended), "%")

    def own(self, scenarios: int) -> Figure:
        """What the suite and everything that it started as a process took, for each of so many *scenarios*."""
        return Figure(OWN, (self._ended.own - self._began.own) / max(scenarios, 1), "s")

    @property
    def too_busy(self) -> bool:
        return self.others().value > MOST_OF_OTHERS
