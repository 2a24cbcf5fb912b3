"""Server addresses: as values, as "host:port" and as URLs."""

LOOPBACK = "127.0.0.1"

Address = tuple[str, int]  # host and port


def joined(address: Address) -> str:
    host, port = address
    return f"{host}:{port}"


def url(scheme: str, address: Address, user: str = "") -> str:
    """Return scheme://user@host:port; without a *scheme*, //user@host:port."""
    before = f"{user}@" if user else ""
    return f"{scheme + ':' if scheme else ''}//{before}{joined(address)}"
