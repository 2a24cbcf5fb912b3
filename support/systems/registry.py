"""The systems that Holdfast judges. A new one is one name here; its folders go by the same name."""

from functools import cache
from importlib import import_module

from support.systems.protocol import System

NAMES = ("catalog", "infrastructure", "assistant", "harness")


@cache
def load(name: str) -> System:
    """The system of that *name*, which is loaded when it is asked for."""
    system: System = import_module(f"support.systems.{name}.system").SYSTEM
    return system


def systems() -> tuple[System, ...]:
    return tuple(map(load, NAMES))
