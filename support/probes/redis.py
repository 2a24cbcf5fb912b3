"""A Redis server, asked in its own protocol over a bare socket."""

from support.core.addresses import Address
from support.probes.reading import Reading
from support.probes.tcp import dial

_ECHO = b"*2\r\n$4\r\nECHO\r\n$1000\r\n" + b"x" * 1000 + b"\r\n"  # large enough to show a narrow line
_ECHOED = len(b"$1000\r\n") + 1000 + len(b"\r\n")
_WRITE = b"SET holdfast:probe 1 PX 1\r\n"


def echo(address: Address, patience_s: float) -> Reading:
    """Whether it answers, with 1,000 bytes each way."""
    return dial(address, _ECHO, patience_s=patience_s, complete=lambda answer: len(answer) >= _ECHOED)


def write(address: Address, patience_s: float) -> Reading:
    """Whether it accepts a write; "takes nothing" where it refuses for want of memory."""
    return dial(address, _WRITE, patience_s=patience_s, complete=lambda answer: answer.endswith(b"\r\n"), read=_refusal)


def evictions(address: Address, patience_s: float) -> Reading:
    """ "drops data" where, by its own INFO, it works at its limit and has evicted keys since its counters were reset."""
    return dial(address, b"INFO\r\n", patience_s=patience_s, complete=_bulk_is_whole, read=_evictions)


def _bulk_is_whole(answer: bytes) -> bool:
    head, end, text = answer.partition(b"\r\n")
    return bool(end) and len(text) >= int(head[1:]) + len(b"\r\n")


def _refusal(answer: bytes) -> str:
    return "takes nothing" if answer.startswith(b"-OOM") else ""


def _evictions(answer: bytes) -> str:
    told = dict(line.split(b":", 1) for line in answer.split(b"\r\n") if b":" in line)
    limited = int(told.get(b"maxmemory", 0)) > 0 and told.get(b"maxmemory_policy") == b"allkeys-lru"
    return "drops data" if limited and int(told.get(b"evicted_keys", 0)) > 0 else ""
