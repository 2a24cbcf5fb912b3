"""Changes of the breaker's script in Redis, for variants that decide wrongly there."""

from support.systems.assistant.app import breaker_scripts
from support.systems.patched_variants import Patch


def rewritten(patch: Patch, right: str, wrong: str) -> None:
    """Replace *right*, which must be there once, by *wrong*."""
    if breaker_scripts.BREAKER.count(right) != 1:
        raise AttributeError(f"the breaker's script has no single {right!r} (any more)")
    patch(breaker_scripts, "BREAKER", breaker_scripts.BREAKER.replace(right, wrong))
