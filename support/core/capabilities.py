"""What a candidate may lack (its contract.md): who turns to it then, finds it absent, and the scenario does not apply."""

from collections.abc import Collection
from typing import TypeVar

from support.core.unavailable import absent, without

T = TypeVar("T")
WHY = "the candidate is said to lack this: "


def unless_lacking(lacking: Collection[str], capability: str, thing: T, *verbs: str) -> T:
    """*thing*, or what is left of it when the candidate lacks the *capability*: nothing, or all but some *verbs*."""
    if capability not in lacking:
        return thing
    return without(thing, WHY + capability, *verbs) if verbs else absent(type(thing), WHY + capability)
