"""Calls a sidecar from outside its container."""

from typing import Any

import requests

from support.core.errors import BrokenHarnessError

TIMEOUT_S = 5


def request_json(session: requests.Session, server: str, method: str, url: str, body: object = None) -> Any:
    """Send *body* as JSON and return the parsed response. *server* names the sidecar in a `BrokenHarnessError`."""
    path = url.partition("://")[2].partition("/")[2]
    try:
        answer = session.request(method, url, json=body, timeout=TIMEOUT_S)
        content = answer.json()
    except requests.RequestException as trouble:
        raise BrokenHarnessError(f"{server} does not answer {method} /{path}: {trouble}") from None
    if not answer.ok:
        raise BrokenHarnessError(f"{server} refused {method} /{path}: {content}")
    return content
