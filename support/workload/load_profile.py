"""The messages between the suite and the load generator, a process of its own: one line of JSON each way."""

import msgspec


class LoadProfile(msgspec.Struct, frozen=True):
    """Request *url* + a path, the *paths* in turn, on average *rate* times a second, at moments drawn from *seed*.

    The moments form a Poisson process, as those of independent users do. No request takes longer than *timeout_s*.
    """

    url: str
    paths: list[str]
    rate: float
    seed: int
    timeout_s: float = 10.0


class TimedRequest(msgspec.Struct, frozen=True, array_like=True):
    """When a request was *due*, *sent* and answered (*ended*), on the monotonic clock; *status* is 0 if no answer came."""

    due: float
    sent: float
    ended: float
    status: int
