"""Ports of our own on loopback, free of races."""

import socket
from types import TracebackType
from typing import Self

from support.core.addresses import LOOPBACK
from support.core.errors import UsageError


class ReservedPort:
    """A port that stays ours as long as the object lives, also while the server behind it is killed and started again.

    Linux lets a server bind a port on which another socket is bound, if both ask for SO_REUSEADDR and the other does
    not listen; every server here asks for it. Everyone else is refused the port meanwhile.
    """

    def __init__(self, wanted: int = 0, *, what: str = "a part") -> None:
        self._socket = socket.socket()
        if wanted:
            self._refuse_if_taken(wanted, what)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((LOOPBACK, wanted))
        except OSError as trouble:
            self._socket.close()
            raise UsageError(_taken(wanted, what, trouble.strerror)) from None
        self.number: int = self._socket.getsockname()[1]

    @staticmethod
    def _refuse_if_taken(wanted: int, what: str) -> None:
        with socket.socket() as strict:  # without SO_REUSEADDR a port that another run has reserved is refused too
            try:
                strict.bind((LOOPBACK, wanted))
            except OSError as trouble:
                raise UsageError(_taken(wanted, what, trouble.strerror)) from None

    def release(self) -> None:
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.release()


def _taken(port: int, what: str, why: str | None) -> str:
    return f"port {port} for {what} cannot be had ({why}); free it, or leave the setting out to get any free port"
