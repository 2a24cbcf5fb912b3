"""The listening side of a proxy: a port kept for good, a listener that comes and goes, and connects that hang."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable, Collection

from support.fault_proxy.server.api_errors import RefusedError

BACKLOG = 4096
Accepted = Callable[[socket.socket, str, int], None]


class Listener:
    """Listens on *address* ("host:port", port 0: a free one) while it is open; while it is not, the port stays ours."""

    def __init__(self, address: str, accepted: Accepted) -> None:
        self._reserve = _bound(*_resolved(address))
        self._place = self._reserve.getsockname()
        self._accepted = accepted
        self._socket: socket.socket | None = None
        self._silent = False
        self._fillers: list[socket.socket] = []

    @property
    def address(self) -> str:
        host, port = self._place[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def serves(self, address: str) -> bool:
        """True when *address* means this very place."""
        return bool(_resolved(address)[1] == self._place)

    def open(self) -> None:
        listening = _bound(self._reserve.family, self._place)
        try:
            listening.listen(BACKLOG)
        except OSError as problem:
            listening.close()
            raise _unavailable(self.address, problem) from problem
        self._socket = listening
        asyncio.get_running_loop().add_reader(listening, self._accept)

    def close(self) -> None:
        """Refuse connects from now on."""
        self._drop_fillers()
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def give_back(self) -> None:
        self.close()
        self._reserve.close()

    def fall_silent(self) -> None:
        """Let connects hang: Linux drops each SYN while the queue of connections not yet accepted is full.

        So the queue is made as short as can be and filled by connections of our own, which nobody accepts. A client
        that slips in between takes a place in the queue: it is connected, hears nothing, and is served after `speak`.
        """
        if self._socket is None or self._silent:
            return
        self._accept()  # who is already through the door is an open connection
        self._silent = True
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.listen(0)
        for _ in range(8):
            if _queue_is_full(self._socket):
                return
            filler = socket.socket(self._reserve.family, socket.SOCK_STREAM)
            filler.settimeout(0.05)
            self._fillers.append(filler)
            with contextlib.suppress(TimeoutError):  # a client took the last place
                filler.connect(self._socket.getsockname())
        if not _queue_is_full(self._socket):
            self.speak()
            raise RefusedError(f"connects to {self.address} cannot be made to hang on this system; it takes Linux", 500)

    def speak(self) -> None:
        """Answer connects again."""
        if self._socket is None or not self._silent:
            return
        self._accept({filler.getsockname() for filler in self._fillers})
        self._drop_fillers()
        self._socket.listen(BACKLOG)
        asyncio.get_running_loop().add_reader(self._socket, self._accept)

    def _drop_fillers(self) -> None:
        for filler in self._fillers:
            filler.close()
        self._fillers = []
        self._silent = False

    def _accept(self, ours: Collection[tuple[str, int]] = ()) -> None:
        while self._socket is not None:
            try:
                client, address = self._socket.accept()
            except BlockingIOError:
                return
            except ConnectionAbortedError:
                continue
            except OSError:  # out of file descriptors: connects wait in the queue until some are free
                self._pause(self._socket)
                return
            if address in ours:
                client.close()
            else:
                client.settimeout(0)
                self._accepted(client, address[0], address[1])

    def _pause(self, listening: socket.socket) -> None:
        def again() -> None:
            if self._socket is listening and not self._silent:
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


def _unreadable(address: str, problem: str) -> RefusedError:
    return RefusedError(f"listen {address!r}: {problem}; it reads host:port, as 127.0.0.1:0", 500)


def _unavailable(address: str, problem: OSError) -> RefusedError:
    return RefusedError(
        f"listen tcp {address}: bind: {problem.strerror}; free the port or ask for another (0: a free one)", 500
    )
