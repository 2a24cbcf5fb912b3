"""How a shortage of memory shows on a process: by what the kernel says of it."""

from dataclasses import replace

from support.environments.memory_limits import MEGABYTE, is_short_of_memory
from support.environments.parts import Part, ScarceMemory
from support.faults.model import Fault, OomKill, ShortOfMemory
from support.probes.reading import Reading, Symptom

BESIDE = 8  # MB; a limit cannot be exceeded by so much


class MemoryLook:
    """Adds to what is *seen* of a part what the kernel says of its memory; *memory* counts the processes killed for lack of it."""

    def __init__(self, memory: ScarceMemory | None) -> None:
        self._memory = memory
        self._killed = 0  # processes that had been killed when the part was last seen well

    def add(self, seen: Reading, part: Part, fault: Fault) -> Reading:
        if isinstance(fault, ShortOfMemory) and part.alive:
            short = is_short_of_memory(part.pid, (fault.megabytes + BESIDE) * MEGABYTE)
            return replace(seen, said="gets no more memory") if short else seen
        if isinstance(fault, OomKill) and self._memory:
            if seen.symptom is Symptom.ANSWERS:
                self._killed = self._memory.killed
            elif not part.alive and self._memory.killed > self._killed:
                return replace(seen, said="ended for want of memory")
        return seen
