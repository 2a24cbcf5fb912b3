"""How long calls take, as figures named as in the register of requirements."""

import time
from collections.abc import Callable

from support.measure.figure import Figure
from support.measure.host_load import HostLoad
from support.measure.statistics import percentile
from support.workload.attempts import Attempt


def time_calls(what: str, times: int, call: Callable[[int], Attempt]) -> tuple[Figure, ...]:
    """Make *times* calls one after the other. Returns the median as *what*, the 99th percentile, and the load of the host.

    *call* gets the number of the call. Another tenth of the calls is made first as a warm-up, and not counted. Raises
    `AssertionError` if a call was not confirmed.
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


def elapsed_since(what: str, moment: float) -> Figure:
    """*moment* is on the monotonic clock."""
    return Figure(what, time.monotonic() - moment, "s")
