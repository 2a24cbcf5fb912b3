"""A PostgreSQL server, asked to let a client in."""

from support.core.addresses import Address
from support.probes.pings import POSTGRES_PING
from support.probes.reading import Reading
from support.probes.tcp import dial


def login(address: Address, patience_s: float) -> Reading:
    """Whether it begins to let a client in; "unfit" while it starts or recovers."""
    return dial(address, POSTGRES_PING.ask, patience_s=patience_s, complete=bool, read=_readiness)


def _readiness(answer: bytes) -> str:
    return "" if answer.startswith(POSTGRES_PING.answer) else "unfit: it takes nobody in yet"
