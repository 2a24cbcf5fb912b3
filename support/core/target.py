"""Targets of faults: values that a system lists in its targets.py."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A part or a dependency of a system, by its business *name* ("store", "etcd member 1").

    *service* is its name in the system's topology, if it has one. *judged* marks the product itself: if it does not come back after
    a fault, it has broken a promise; if any other target does not, the harness has failed.
    """

    name: str
    service: str = ""
    judged: bool = False

    def __str__(self) -> str:
        return self.name
