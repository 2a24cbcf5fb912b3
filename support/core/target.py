"""What a fault can strike: a value that a system names in its targets.py."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A part of a system, or something that it depends on, by its business *name* ("provider", "etcd member 1").

    *service* is its name in the system's topology, where it has one. *judged*: it is the product itself; when it does not come
    back after a fault, a promise is broken, where for any other target the harness has failed.
    """

    name: str
    service: str = ""
    judged: bool = False

    def __str__(self) -> str:
        return self.name
