"""An HTTP server, asked over a bare socket, so that what it costs and what it answers is known to the byte."""

from collections.abc import Callable

from support.core.addresses import Address
from support.probes.pings import final, http_request
from support.probes.reading import Reading
from support.probes.tcp import dial


def get(
    address: Address,
    path: str,
    *headers: str,
    patience_s: float,
    read: Callable[[bytes], str] | None = None,
    keep_alive: bool = False,
) -> Reading:
    """GET *path*; *read* gives the gist of a whole answer, by default its status ("HTTP 200").

    With *keep_alive* it asks over a connection that is to be kept, as a client with a pool does: a server that never answers
    must not be told from one that closes.
    """
    return _ask(address, "GET", path, *headers, patience_s=patience_s, read=read, keep_alive=keep_alive)


def post(
    address: Address,
    path: str,
    *headers: str,
    body: bytes,
    patience_s: float,
    read: Callable[[bytes], str] | None = None,
    keep_alive: bool = False,
) -> Reading:
    """POST *body*; the rest as for `get`."""
    return _ask(address, "POST", path, *headers, patience_s=patience_s, read=read, keep_alive=keep_alive, body=body)


def _ask(
    address: Address,
    method: str,
    path: str,
    *headers: str,
    patience_s: float,
    read: Callable[[bytes], str] | None,
    keep_alive: bool,
    body: bytes = b"",
) -> Reading:
    ask = http_request(method, path, *headers, connection="keep-alive" if keep_alive else "close", body=body)
    return dial(address, ask, patience_s=patience_s, complete=is_whole if keep_alive else None, read=read or status)


def status(answer: bytes) -> str:
    return f"HTTP {final(answer)[9:12].decode('ascii', 'replace')}"


def body(answer: bytes) -> bytes:
    return final(answer).partition(b"\r\n\r\n")[2]


def is_whole(answer: bytes) -> bool:
    """Whether an HTTP answer with a Content-Length has arrived completely."""
    head, end, content = final(answer).partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(end and lengths) and len(content) >= int(lengths[0])
