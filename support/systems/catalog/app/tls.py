"""The certificate authorities that HTTPS servers are checked against."""

import ssl
from functools import cache

import httpx


def context_for(url: str) -> ssl.SSLContext:
    """Made once: reading the authorities takes 60 ms, more than most refreshes. None are read for a plain *url*."""
    return _with_authorities() if url.startswith("https:") else _without_any()


@cache
def _with_authorities() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


@cache
def _without_any() -> ssl.SSLContext:
    """Trusts nobody."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
