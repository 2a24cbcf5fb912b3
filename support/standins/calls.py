"""Calls a stand-in with a time-out; an error is a fault of the harness, never of the system under test."""

import requests

from support.core.errors import BrokenHarnessError

TIMEOUT_S = 3.0


def call(method: str, url: str, body: bytes | None = None, *, timeout_s: float = TIMEOUT_S) -> bytes:
    """Send *body* (JSON) and return the body of the response. Raises `BrokenHarnessError` unless it is a 2xx in time."""
    try:
        with requests.Session() as session:
            session.trust_env = False  # ignore HTTP proxies of the environment
            answer = session.request(
                method, url, data=body, headers={"Content-Type": "application/json"}, timeout=timeout_s
            )
    except requests.RequestException as error:
        raise BrokenHarnessError(f"the stand-in did not answer {method} {url}: {error}; is it running?") from error
    if not answer.ok:
        raise BrokenHarnessError(f"the stand-in refused {method} {url} with {answer.status_code}: {answer.text}")
    return answer.content
