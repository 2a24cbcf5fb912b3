"""What one broker alone knows of a topic; a client library asks whichever it likes (Kafka protocol: Metadata, version 0)."""

import socket
import struct
from typing import BinaryIO

from support.core.addresses import Address

METADATA, VERSION, CORRELATION, NOBODY = 3, 0, 1, -1


def partitions_with_leader(broker: Address, topic: str, within_s: float) -> int:
    """Of how many partitions of *topic* the broker at this address knows the leader. Raises `OSError` if it does not answer."""
    question = struct.pack(">hhih", METADATA, VERSION, CORRELATION, -1) + struct.pack(">i", 1) + _text(topic)
    with socket.create_connection(broker, within_s) as connection:
        connection.sendall(struct.pack(">i", len(question)) + question)
        with connection.makefile("rb") as answer:
            _numbers(answer, ">ii")  # size, correlation
            for _ in range(_number(answer, ">i")):
                _broker(answer)
            return sum(_leaders(answer) for _ in range(_number(answer, ">i")))


def _broker(answer: BinaryIO) -> None:
    _number(answer, ">i")
    answer.read(_number(answer, ">h"))
    _number(answer, ">i")


def _leaders(answer: BinaryIO) -> int:
    """How many partitions of the topic that comes next have a leader."""
    _number(answer, ">h")
    answer.read(_number(answer, ">h"))
    led = 0
    for _ in range(_number(answer, ">i")):
        _error, _partition, leader = _numbers(answer, ">hii")
        for _replicas_then_those_in_sync in range(2):
            answer.read(4 * _number(answer, ">i"))
        led += leader != NOBODY
    return led


def _text(words: str) -> bytes:
    return struct.pack(">h", len(words)) + words.encode()


def _number(answer: BinaryIO, form: str) -> int:
    (number,) = _numbers(answer, form)
    return number


def _numbers(answer: BinaryIO, form: str) -> tuple[int, ...]:
    read = answer.read(struct.calcsize(form))
    if len(read) < struct.calcsize(form):
        raise OSError("the broker has hung up")
    numbers: tuple[int, ...] = struct.unpack(form, read)
    return numbers
