"""How the suite calls its own stand-ins: bounded, and trouble is the harness's, never the product's."""

import requests

from support.core.errors import BrokenHarnessError

TIMEOUT_S = 3.0


def call(method: str, url: str, body: bytes | None = None, *, timeout_s: float = TIMEOUT_S) -> bytes:
    """Send *body* (JSON) and return the answer's body. Anything but a 2xx in time raises `BrokenHarnessError`."""
    try:
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the machine must not come between us and loopback
            answer = session.request(
                method, url, data=body, headers={"Content-Type": "application/json"}, timeout=timeout_s
            )
    except requests.RequestException as trouble:
        raise BrokenHarnessError(f"the stand-in did not answer {method} {url}: {trouble}; is it running?") from trouble
    if not answer.ok:
        raise BrokenHarnessError(f"the stand-in refused {method} {url} with {answer.status_code}: {answer.text}")
    return answer.content
