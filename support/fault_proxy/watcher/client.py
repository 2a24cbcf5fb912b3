"""Tells what runs inside, from outside."""

from typing import Any

import requests

from support.core.errors import BrokenHarnessError

TIMEOUT_S = 5


def ask(session: requests.Session, whom: str, method: str, url: str, body: object = None) -> Any:
    """What *whom* says at *url*, from JSON. Raises `BrokenHarnessError` unless it does what it is told."""
    path = url.partition("://")[2].partition("/")[2]
    try:
        answer = session.request(method, url, json=body, timeout=TIMEOUT_S)
        told = answer.json()
    except requests.RequestException as trouble:
        raise BrokenHarnessError(f"{whom} does not answer {method} /{path}: {trouble}") from None
    if not answer.ok:
        raise BrokenHarnessError(f"{whom} refused {method} /{path}: {told}")
    return told
