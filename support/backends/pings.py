"""The smallest question that each kind of server answers; as bytes, so that nothing but a socket is needed to ask it."""

import socket
from dataclasses import dataclass

from support.backends.ports import LOOPBACK


@dataclass(frozen=True, slots=True)
class Ping:
    """*ask* is sent after connecting; an answer that begins with *answer* means that the server is there."""

    ask: bytes
    answer: bytes


REDIS = Ping(b"PING\r\n", b"+PONG")
_LOGIN = b"\x00\x03\x00\x00user\x00postgres\x00database\x00postgres\x00\x00"
# StartupMessage of protocol 3.0; "R" = authentication. While it starts or recovers, PostgreSQL answers "E" instead.
POSTGRES = Ping((len(_LOGIN) + 4).to_bytes(4, "big") + _LOGIN, b"R")


def http_get(path: str, *headers: str, connection: str = "close") -> Ping:
    lines = [f"GET {path} HTTP/1.1", f"Host: {LOOPBACK}", f"Connection: {connection}", *headers]
    return Ping("\r\n".join([*lines, "", ""]).encode(), b"HTTP/1.1 200")


def answers(port: int, ping: Ping, within_s: float = 0.5, *, host: str = LOOPBACK) -> bool:
    """Whether the server at *host* and *port* answers *ping* as it should."""
    try:
        with socket.create_connection((host, port), within_s) as connection:
            connection.sendall(ping.ask)
            return connection.recv(len(ping.answer), socket.MSG_WAITALL) == ping.answer
    except OSError:
        return False
