"""The smallest question that each kind of server answers; as bytes, so that nothing but a socket is needed to ask it."""

import re
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


class HttpPing(Ping):
    """Any version of HTTP/1 will do, and interim answers (103 Early Hints) may come first."""

    __slots__ = ()

    def met_by(self, answer: bytes) -> bool:
        return re.match(rb"HTTP/1\.\d 200\b", final(answer)) is not None

    def settled_by(self, answer: bytes) -> bool:
        return b"\r\n" in final(answer)


def final(answer: bytes) -> bytes:
    """An HTTP *answer* from the status line of the final one on, without the interim ones (1xx) before it."""
    while re.match(rb"HTTP/1\.\d 1\d\d\b", answer):
        answer = answer.partition(b"\r\n\r\n")[2]
    return answer


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
    return HttpPing(http_request("GET", path, *headers, connection=connection), b"HTTP/1.1 200")


def http_request(method: str, path: str, *headers: str, connection: str = "close", body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {LOOPBACK}", f"Connection: {connection}", *headers]
    length = [f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join([*lines, *length, "", ""]).encode() + body


def answers(port: int, ping: Ping, within_s: float = 0.5, host: str = LOOPBACK) -> bool:
    """Whether the server at *host* and *port* answers *ping* as it should."""
    return not seen_instead(port, ping, within_s, host)


def seen_instead(port: int, ping: Ping, within_s: float = 0.5, host: str = LOOPBACK) -> str:
    """What was seen instead of the answer to *ping*; empty when the server answers as it should."""
    answer = b""
    try:
        with socket.create_connection((host, port), within_s) as connection:
            connection.sendall(ping.ask)
            while not ping.settled_by(answer) and (chunk := connection.recv(4096)):
                answer += chunk
    except OSError as trouble:
        return answer_line(answer) or str(trouble.strerror or trouble)
    return "" if ping.met_by(answer) else answer_line(answer) or "the connection was closed without an answer"


def answer_line(answer: bytes) -> str:
    """The first line of an unexpected *answer*, printable; of an HTTP answer that of the final one."""
    line = (final(answer) or answer).partition(b"\r\n")[0][:80]
    return repr(line.decode(errors="backslashreplace")) if line else ""
