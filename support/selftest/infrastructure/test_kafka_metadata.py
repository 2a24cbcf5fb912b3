"""A broker's metadata of a topic, byte for byte."""

import socket
import struct
import threading

import pytest

from support.systems.infrastructure.clusters.kafka_metadata import partitions_with_leader


def text(words: str) -> bytes:
    return struct.pack(">h", len(words)) + words.encode()


def numbers(*values: int) -> bytes:
    return struct.pack(f">i{len(values)}i", len(values), *values)


def partition(number: int, leader: int) -> bytes:
    return struct.pack(">hii", 0, number, leader) + numbers(1, 2, 3) + numbers(leader)


BROKERS = struct.pack(">i", 2) + b"".join(
    struct.pack(">i", n) + text(f"10.0.0.{n}") + struct.pack(">i", 9) for n in (1, 2)
)
KNOWN = (
    struct.pack(">ih", 1, 0) + text("orders") + struct.pack(">i", 3) + b"".join(map(partition, (0, 1, 2), (2, -1, 1)))
)
UNKNOWN = struct.pack(">ih", 1, 3) + text("orders") + struct.pack(">i", 0)


def asked(said):
    """Return the number read from the answer *said*, and the requests that the broker received."""
    received = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            caller, _ = server.accept()
            with caller:
                received.append(caller.recv(1000))
                caller.sendall(struct.pack(">ii", 4 + len(said), 1) + said)

        threading.Thread(target=answer, daemon=True).start()
        return partitions_with_leader(server.getsockname(), "orders", 5), received


def test_only_partitions_with_a_leader_are_counted():
    led, (question,) = asked(BROKERS + KNOWN)

    assert led == 2
    assert question[4:8] == b"\x00\x03\x00\x00"
    assert question.endswith(b"\x00\x00\x00\x01\x00\x06orders")


def test_a_topic_that_the_broker_does_not_know():
    assert asked(BROKERS + UNKNOWN)[0] == 0


def test_a_broker_that_closes_the_connection():
    with pytest.raises(OSError, match="closed the connection"):
        asked(BROKERS)
