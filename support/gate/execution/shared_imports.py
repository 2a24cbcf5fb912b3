"""What every worker of a run needs, loaded once in the gate, from which the workers are forked."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from support.core.checkout import CHECKOUT
from support.gate.selection.systems import needed_systems
from support.systems.protocol import System


def load_for_workers(tags: Collection[str], systems: Sequence[System]) -> None:
    """Load environment.py, and the steps and sessions of the systems that scenarios with these *tags* need.

    What cannot be loaded fails again in the workers, whose logs tell of it. A project outside this checkout has steps of its own.
    """
    if Path.cwd() != CHECKOUT:
        return
    with suppress(Exception, SystemExit):
        import_module("environment")
        needed = needed_systems(tags, systems)
        import_module("support.behave_runtime.sentences").load_sentences(needed)
        for system in needed:
            import_module(f"support.systems.{system.name}.session")
