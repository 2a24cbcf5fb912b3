"""Asks one broker for its metadata of a topic (Kafka protocol: Metadata, version 0). Client libraries ask any broker."""

import socket
import struct
from typing import BinaryIO

from support.core.addresses import Address

METADATA, VERSION, CORRELATION_ID, NO_LEADER = 3, 0, 1, -1


def partitions_with_leader(broker: Address, topic: str, within_s: float) -> int:
    """Return for how many partitions of *topic* this broker knows a leader. Raises `OSError` if it does not answer."""
    request = struct.pack(">hhih", METADATA, VERSION, CORRELATION_ID, -1) + struct.pack(">i", 1) + _text(topic)
    with socket.create_connection(broker, within_s) as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        with connection.makefile("rb") as answer:
            _numbers(answer, ">ii")  # size, correlation id
            for _ in range(_number(answer, ">i")):
                _skip_broker(answer)
            return sum(_read_topic(answer) for _ in range(_number(answer, ">i")))


def _skip_broker(answer: BinaryIO) -> None:
    _number(answer, ">i")
    answer.read(_number(answer, ">h"))
    _number(answer, ">i")


def _read_topic(answer: BinaryIO) -> int:
    """Read one topic, and return how many of its partitions have a leader."""
    _number(answer, ">h")
    answer.read(_number(answer, ">h"))
    with_leader = 0
    for _ in range(_number(answer, ">i")):
        _error, _partition, leader = _numbers(answer, ">hii")
        for _list in ("replicas", "in-sync replicas"):
            answer.read(4 * _number(answer, ">i"))
        with_leader += leader != NO_LEADER
    return with_leader


def _text(words: str) -> bytes:
    return struct.pack(">h", len(words)) + words.encode()


def _number(answer: BinaryIO, form: str) -> int:
    (number,) = _numbers(answer, form)
    return number


def _numbers(answer: BinaryIO, form: str) -> tuple[int, ...]:
    read = answer.read(struct.calcsize(form))
    if len(read) < struct.calcsize(form):
        raise OSError("the broker closed the connection before its answer was complete")
    numbers: tuple[int, ...] = struct.unpack(form, read)
    return numbers
