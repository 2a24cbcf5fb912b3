"""How long calls took, under the names by which the register of requirements has budgets for them."""

import time
from collections.abc import Callable

from support.measure.figure import Figure
from support.measure.host_load import HostLoad
from support.measure.statistics import percentile
from support.workload.attempts import Attempt


def timed(what: str, times: int, call: Callable[[int], Attempt]) -> tuple[Figure, ...]:
    """Calls made one after the other: the median, called *what*, the 99th percentile, and what others took of the processors.

    *call* is given the number of the call. A tenth more is done first, and not counted: connections are made, code is warm.
    Raises `AssertionError` if a call was not answered as it should.
    """
    with HostLoad() as host_load:
        made = [call(number) for number in range(times // 10 + times)][times // 10 :]
    failed = list(dict.fromkeys(one.why for one in made if not one.confirmed))
    assert not failed, f"some calls failed: {'; '.join(failed)}"
    took = [one.took_s for one in made]
    return (
        host_load.others(),
        Figure(what, percentile(took, 50), "s"),
        Figure(f"{what}, 99 in 100 within", percentile(took, 99), "s"),
    )


def since(what: str, moment: float) -> Figure:
    """*moment* is on the monotonic clock."""
    return Figure(what, time.monotonic() - moment, "s")
