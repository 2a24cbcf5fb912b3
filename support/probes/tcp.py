"""One look at a server from outside, down to the byte: connect, ask, and say what happened."""

import socket
import time
from collections.abc import Callable

from support.core.addresses import LOOPBACK, Address
from support.probes.marking import PROBES_BEAR, PROBES_COME_FROM
from support.probes.pings import Ping
from support.probes.reading import Reading, Symptom


def dial(
    address: Address,
    ask: bytes,
    *,
    patience_s: float,
    complete: Callable[[bytes], bool] | None = None,
    read: Callable[[bytes], str] = lambda _answer: "",
    comes_from: str = PROBES_COME_FROM,
) -> Reading:
    """Ask the server at *address*; where it *comes_from* marks it as a probe of ours.

    Waits *patience_s* for the connection, and once more for the answer. An answer ends when *complete* says so, by default
    when the server closes. *read* gives the gist of a whole answer.
    """
    began = time.perf_counter()
    answer = b""
    sent = 0

    def reading(symptom: Symptom, said: str = "") -> Reading:
        return Reading(symptom, time.perf_counter() - began, said, sent, len(answer))

    try:
        connection = _connect(address, patience_s, comes_from)
    except TimeoutError:
        return reading(Symptom.UNREACHABLE)
    except OSError as refusal:
        return reading(Symptom.REFUSED, refusal.strerror or "")
    with connection:
        deadline = time.perf_counter() + patience_s
        try:
            connection.sendall(ask)
            sent = len(ask)
            while complete is None or not complete(answer):
                connection.settimeout(max(0.001, deadline - time.perf_counter()))
                if not (chunk := connection.recv(65536)):
                    break
                answer += chunk
        except TimeoutError:
            return reading(Symptom.SILENT)
        except OSError as cut:
            return reading(Symptom.CUT, cut.strerror or "")
    if not answer or (complete is not None and not complete(answer)):
        return reading(Symptom.CUT)
    return reading(Symptom.ANSWERS, read(answer))


def knock(address: Address, ping: Ping, patience_s: float) -> Reading:
    """Ask the server at *address* what every server of its kind answers; the probe bears no mark."""
    return dial(address, ping.ask, patience_s=patience_s, complete=ping.settled_by, comes_from="")


def _connect(address: Address, patience_s: float, comes_from: str) -> socket.socket:
    connection = socket.socket()
    try:
        connection.settimeout(patience_s)
        connection.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, PROBES_BEAR)
        if comes_from != PROBES_COME_FROM or address[0] == LOOPBACK:
            connection.bind((comes_from, 0))
        connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection
