"""What is said between us and the load generator, which is a process of its own; one JSON line each way."""

import msgspec


class Plan(msgspec.Struct, frozen=True):
    """Ask *url* + a question, in turn, on average *rate* times a second, at moments drawn from *seed*.

    The moments are those of a Poisson process: independent shoppers. Nobody waits longer than *patience_s* for an answer.
    """

    url: str
    questions: list[str]
    rate: float
    seed: int
    patience_s: float = 10.0


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """One question: when it was *due*, *sent* and answered (*ended*), on the machine's monotonic clock.

    *status* is that of the answer, 0 where none came.
    """

    due: float
    sent: float
    ended: float
    status: int
