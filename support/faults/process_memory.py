"""Probes a process for lack of memory, by what the kernel reports about it."""

from dataclasses import replace

from support.environments.memory_limits import MEGABYTE, is_short_of_memory
from support.environments.parts import Part, ScarceMemory
from support.faults.model import Fault, OomKill, ShortOfMemory
from support.probes.reading import Reading, Symptom

MARGIN = 8  # MB more than the limit leaves; no process can get that much


class ProcessMemoryProbe:
    """Adds the state of a part's memory to a reading. *memory* counts the processes that were killed for lack of memory."""

    def __init__(self, memory: ScarceMemory | None) -> None:
        self._memory = memory
        self._killed = 0  # the count when the part last answered

    def add(self, seen: Reading, part: Part, fault: Fault) -> Reading:
        if isinstance(fault, ShortOfMemory) and part.alive:
            short = is_short_of_memory(part.pid, (fault.megabytes + MARGIN) * MEGABYTE)
            return replace(seen, said="gets no more memory") if short else seen
        if isinstance(fault, OomKill) and self._memory:
            if seen.symptom is Symptom.ANSWERS:
                self._killed = self._memory.killed
            elif not part.alive and self._memory.killed > self._killed:
                return replace(seen, said="killed for lack of memory")
        return seen
