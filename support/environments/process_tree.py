"""Signals to a process and everything that it has started."""

import signal
from contextlib import suppress

import psutil


def signal_tree(first: psutil.Process, number: signal.Signals) -> None:
    """Those that have ended in the meantime are passed over: a thaw that stopped there would leave the others frozen for ever.

    Raises `psutil.Error` if a signal is not permitted.
    """
    with suppress(psutil.NoSuchProcess):
        for process in [first, *first.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
