"""What counts as an answer to a probe, and what is said of another one."""

import contextlib
import socket
import threading

import pytest

from support.core.addresses import LOOPBACK
from support.probes import http
from support.probes.pings import REDIS_PING, answers, http_get, seen_instead

HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextlib.contextmanager
def server_that_says(answer):
    with socket.create_server((LOOPBACK, 0)) as listening:

        def serve():
            connection, _ = listening.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


@pytest.mark.parametrize("answer", [FINE, b"HTTP/1.0 200 OK\r\n\r\nok", HINTS + FINE, HINTS + HINTS + FINE])
def test_what_http_allows_is_an_answer(answer):
    with server_that_says(answer) as port:
        assert answers(port, http_get("/health/live"))


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        (b"HTTP/1.1 404 Not Found\r\n\r\n", "'HTTP/1.1 404 Not Found'"),
        (HINTS + b"HTTP/1.1 503 Busy\r\n\r\n", "'HTTP/1.1 503 Busy'"),
        (HINTS, "'HTTP/1.1 103 Early Hints'"),
        (b"", "the connection was closed without an answer"),
        (b"HTTP/1.1 2000 OK\r\n\r\n", "'HTTP/1.1 2000 OK'"),
        (b"\x16\x03\x01\r\n", r"'\x16\x03\x01'"),
    ],
)
def test_what_was_seen_instead_is_told(answer, seen):
    with server_that_says(answer) as port:
        assert seen_instead(port, http_get("/health/live")) == seen


def test_a_refused_connection_is_told():
    with socket.socket() as unused:
        unused.bind((LOOPBACK, 0))
        assert seen_instead(unused.getsockname()[1], REDIS_PING) == "Connection refused"


def test_interim_answers_are_no_part_of_an_answer():
    assert http.status(HINTS + FINE) == "HTTP 200"
    assert http.body(HINTS + FINE) == b"ok"
    assert http.is_whole(HINTS + FINE)
    assert not http.is_whole(HINTS + FINE[:-1])
