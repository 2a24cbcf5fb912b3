"""Addresses of servers, as values and as text."""

LOOPBACK = "127.0.0.1"

Address = tuple[str, int]  # host and port


def joined(address: Address) -> str:
    host, port = address
    return f"{host}:{port}"


def url(scheme: str, address: Address, user: str = "") -> str:
    before = f"{user}@" if user else ""
    return f"{scheme + ':' if scheme else ''}//{before}{joined(address)}"
