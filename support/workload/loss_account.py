"""The loss ledger of what applications attempted at a cluster: keys and messages stand side by side."""

from collections.abc import Iterable

from support.measure.ledger import Ledger
from support.workload.attempts import Attempt


def account(of: str, made: Iterable[Attempt], where: str, found: Iterable[str]) -> Ledger:
    """*made* is what was attempted, each under a name of its own; *found* is what *where* had in the end, as often as it had it."""
    ledger = Ledger(of)
    for one in made:
        ledger.enter(one.what, one.fate)
    ledger.look_through(where, found)
    return ledger
