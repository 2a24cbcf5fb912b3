"""The smallest question that each kind of server answers; as bytes, so that nothing but a socket is needed to ask it."""

import socket
from dataclasses import dataclass

from support.core.addresses import LOOPBACK


@dataclass(frozen=True, slots=True)
class Ping:
    """*ask* is sent after connecting; an answer that begins with *answer*, or has it *anywhere*, means that the server is there."""

    ask: bytes
    answer: bytes
    anywhere: bool = False

    def met_by(self, answer: bytes) -> bool:
        return self.answer in answer if self.anywhere else answer.startswith(self.answer)

    def settled_by(self, answer: bytes) -> bool:
        """Whether more of the answer could not change anything."""
        return self.met_by(answer) or (not self.anywhere and len(answer) >= len(self.answer))


REDIS_PING = Ping(b"PING\r\n", b"+PONG")
MYSQL_PING = Ping(
    b"", b"_password", anywhere=True
)  # it greets whoever connects, and says how it wants to be told a password
# ApiVersions, version 0: size, API key, version, correlation id (which comes back), no client id
KAFKA_PING = Ping(b"\x00\x00\x00\x0a\x00\x12\x00\x00hold\xff\xff", b"hold", anywhere=True)
_LOGIN = b"\x00\x03\x00\x00user\x00postgres\x00database\x00postgres\x00\x00"
# StartupMessage of protocol 3.0; "R" = authentication. While it starts or recovers, PostgreSQL answers "E" instead.
POSTGRES_PING = Ping((len(_LOGIN) + 4).to_bytes(4, "big") + _LOGIN, b"R")


def http_get(path: str, *headers: str, connection: str = "close") -> Ping:
    lines = [f"GET {path} HTTP/1.1", f"Host: {LOOPBACK}", f"Connection: {connection}", *headers]
    return Ping("\r\n".join([*lines, "", ""]).encode(), b"HTTP/1.1 200")


def answers(port: int, ping: Ping, within_s: float = 0.5, host: str = LOOPBACK) -> bool:
    """Whether the server at *host* and *port* answers *ping* as it should."""
    try:
        with socket.create_connection((host, port), within_s) as connection:
            connection.sendall(ping.ask)
            answer = b""
            while not ping.settled_by(answer) and (chunk := connection.recv(4096)):
                answer += chunk
            return ping.met_by(answer)
    except OSError:
        return False
