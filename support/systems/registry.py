"""The systems that Holdfast judges. A new one is one name here; its folders go by the same name."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from support.systems.protocol import System

NAMES = ("catalog", "infrastructure", "harness")


@cache
def load(name: str) -> System:
    """The system of that *name*, which is loaded when it is asked for."""
    system: System = import_module(f"support.systems.{name}.system").SYSTEM
    return system


def systems() -> tuple[System, ...]:
    return tuple(map(load, NAMES))


def load_words(name: str) -> None:
    """Teach behave the words of that system, if it has any of its own."""
    module = f"support.systems.{name}.words"
    if find_spec(module):
        import_module(module)
