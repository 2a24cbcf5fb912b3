"""The listening side of a proxy: a reserved port, a listener that can be closed and reopened, and connects that hang."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable, Collection

from support.fault_proxy.server.api_errors import ApiError

BACKLOG = 4096
Accepted = Callable[[socket.socket, str, int], None]


class Listener:
    """Listens on *address* ("host:port", port 0: a free one) while it is open; the port stays reserved while it is closed."""

    def __init__(self, address: str, accepted: Accepted) -> None:
        self._reservation = _bound(*_resolved(address))
        self._address = self._reservation.getsockname()
        self._accepted = accepted
        self._socket: socket.socket | None = None
        self._drops_connects = False
        self._fillers: list[socket.socket] = []

    @property
    def address(self) -> str:
        host, port = self._address[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def is_at(self, address: str) -> bool:
        """Whether *address* is the address of this listener."""
        return bool(_resolved(address)[1] == self._address)

    def open(self) -> None:
        listening = _bound(self._reservation.family, self._address)
        try:
            listening.listen(BACKLOG)
        except OSError as problem:
            listening.close()
            raise _unavailable(self.address, problem) from problem
        self._socket = listening
        asyncio.get_running_loop().add_reader(listening, self._accept)

    def close(self) -> None:
        """Refuse new connections."""
        self._drop_fillers()
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def release(self) -> None:
        self.close()
        self._reservation.close()

    def drop_connects(self) -> None:
        """Let new connections hang: Linux drops each SYN while the accept queue is full.

        So the queue is made as short as possible and filled with connections of our own, which are never accepted. A client
        that gets in between takes a place in the queue: it is connected, receives nothing, and is served after `accept_connects`.
        """
        if self._socket is None or self._drops_connects:
            return
        self._accept()  # a client that has already connected counts as an open connection
        self._drops_connects = True
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.listen(0)
        for _ in range(8):
            if _queue_is_full(self._socket):
                return
            filler = socket.socket(self._reservation.family, socket.SOCK_STREAM)
            filler.settimeout(0.05)
            self._fillers.append(filler)
            with contextlib.suppress(TimeoutError):  # a client has taken the last place
                filler.connect(self._socket.getsockname())
        if not _queue_is_full(self._socket):
            self.accept_connects()
            raise ApiError(f"connects to {self.address} cannot be made to hang on this system; this needs Linux", 500)

    def accept_connects(self) -> None:
        """Accept new connections again."""
        if self._socket is None or not self._drops_connects:
            return
        self._accept({filler.getsockname() for filler in self._fillers})
        self._drop_fillers()
        self._socket.listen(BACKLOG)
        asyncio.get_running_loop().add_reader(self._socket, self._accept)

    def _drop_fillers(self) -> None:
        for filler in self._fillers:
            filler.close()
        self._fillers = []
        self._drops_connects = False

    def _accept(self, ours: Collection[tuple[str, int]] = ()) -> None:
        while self._socket is not None:
            try:
                client, address = self._socket.accept()
            except BlockingIOError:
                return
            except ConnectionAbortedError:
                continue
            except OSError:  # out of file descriptors: clients wait in the queue until one is free
                self._pause(self._socket)
                return
            if address in ours:
                client.close()
            else:
                client.settimeout(0)
                self._accepted(client, address[0], address[1])

    def _pause(self, listening: socket.socket) -> None:
        def again() -> None:
            if self._socket is listening and not self._drops_connects:
                loop.add_reader(listening, self._accept)

        loop = asyncio.get_running_loop()
        loop.remove_reader(listening)
        loop.call_later(0.1, again)


def _queue_is_full(listening: socket.socket) -> bool:
    # tcp(7) TCP_INFO: of a listening socket, tcpi_unacked is the length of the accept queue and tcpi_sacked its limit.
    waiting, limit = struct.unpack_from("II", listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 32), 24)
    return bool(waiting > limit)


def _resolved(address: str) -> tuple[int, tuple[str, int]]:
    host, colon, port = address.rpartition(":")
    if not colon and address:
        raise _unreadable(address, "missing port in address")
    if port and not (port.isdecimal() and int(port) < 65536):
        raise _unreadable(address, "invalid port")
    try:
        found = socket.getaddrinfo(host.strip("[]") or "127.0.0.1", int(port or 0), type=socket.SOCK_STREAM)
    except OSError as problem:
        raise _unreadable(address, str(problem)) from problem
    family, _, _, _, place = found[0]
    return family, place  # type: ignore[return-value] # typeshed allows for systems without IPv6


def _bound(family: int, place: tuple[str, int]) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.settimeout(0)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(place)
    except OSError as problem:
        bound.close()
        raise _unavailable(f"{place[0]}:{place[1]}", problem) from problem
    return bound


def _unreadable(address: str, problem: str) -> ApiError:
    return ApiError(f"listen {address!r}: {problem}; expected host:port, such as 127.0.0.1:0", 500)


def _unavailable(address: str, problem: OSError) -> ApiError:
    return ApiError(
        f"listen tcp {address}: bind: {problem.strerror}; free the port or choose another one (0: any free port)", 500
    )
