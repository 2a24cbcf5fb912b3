"""Loads the words and the step modules of systems. behave itself would compile each of them at every start, and look no deeper."""

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec

from support.behave_runtime.gherkin import know_words_again
from support.core.checkout import CHECKOUT
from support.systems.protocol import System

COMMON = "common"  # sentences of all systems


def load_sentences(systems: Iterable[System]) -> None:
    """Teach behave what the features of *systems* say; what it knows already stays."""
    know_words_again()
    for name in (COMMON, *(system.name for system in systems)):
        words = f"support.systems.{name}.words"
        if name != COMMON and find_spec(words):
            import_module(words)
        for file in sorted((CHECKOUT / "steps" / name).glob("*.py")):
            import_module(f"steps.{name}.{file.stem}")
