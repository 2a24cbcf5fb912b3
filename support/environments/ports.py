"""Reserved ports on loopback, without races."""

import socket
from types import TracebackType
from typing import Self

from support.core.addresses import LOOPBACK
from support.core.errors import UsageError


class ReservedPort:
    """A port that stays reserved while the object exists, also while its server is killed and restarted.

    Linux lets a server bind a port that another socket has bound if both set SO_REUSEADDR and the other socket does
    not listen; every server here sets it. All other programs are refused the port.
    """

    def __init__(self, wanted: int = 0, *, what: str = "a part") -> None:
        self._socket = socket.socket()
        if wanted:
            self._refuse_if_taken(wanted, what)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((LOOPBACK, wanted))
        except OSError as error:
            self._socket.close()
            raise UsageError(_taken(wanted, what, error.strerror)) from None
        self.number: int = self._socket.getsockname()[1]

    @staticmethod
    def _refuse_if_taken(wanted: int, what: str) -> None:
        with socket.socket() as strict:  # without SO_REUSEADDR, a port reserved by another run is refused as well
            try:
                strict.bind((LOOPBACK, wanted))
            except OSError as error:
                raise UsageError(_taken(wanted, what, error.strerror)) from None

    def release(self) -> None:
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.release()


def _taken(port: int, what: str, why: str | None) -> str:
    return f"port {port} for {what} is not available ({why}); free it, or remove the setting to use any free port"
