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
POSTGRES = Ping(b"\x00\x00\x00\x08\x04\xd2\x16\x2f", b"N")  # SSLRequest; "N" = no TLS here (protocol 3.0, message flow)


def http_get(path: str, *headers: str) -> Ping:
    lines = [f"GET {path} HTTP/1.1", f"Host: {LOOPBACK}", "Connection: close", *headers]
    return Ping("\r\n".join([*lines, "", ""]).encode(), b"HTTP/1.1 200")


def answers(port: int, ping: Ping, within_s: float = 0.5) -> bool:
    """Whether the server on loopback *port* answers *ping* as it should."""
    try:
        with socket.create_connection((LOOPBACK, port), within_s) as connection:
            connection.sendall(ping.ask)
            return connection.recv(len(ping.answer), socket.MSG_WAITALL) == ping.answer
    except OSError:
        return False
