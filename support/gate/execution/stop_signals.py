"""The signals that stop a run in good order: Ctrl-C, a request to end, and a terminal that goes away."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn


def stop_signals() -> list[signal.Signals]:
    """SIGHUP is left out where it is ignored, as under nohup."""
    ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return [signal.SIGINT, signal.SIGTERM, *([] if ignored else [signal.SIGHUP])]


@contextmanager
def stopped_once() -> Iterator[None]:
    """Inside, the first such signal raises `KeyboardInterrupt`; further ones would only disturb what the run has to leave."""
    stops = stop_signals()

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        for number in stops:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in stops}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
