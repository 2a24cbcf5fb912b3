"""The loss ledger of the attempts of applications, which store entries side by side (keys, messages)."""

from collections.abc import Iterable

from support.measure.ledger import Ledger
from support.workload.attempts import Attempt


def loss_ledger(of: str, made: Iterable[Attempt], where: str, found: Iterable[str]) -> Ledger:
    """*made* are the attempts, each with a unique name; *found* are the names that *where* holds in the end, with repetitions."""
    ledger = Ledger(of)
    for one in made:
        ledger.enter(one.what, one.fate)
    ledger.look_through(where, found)
    return ledger
