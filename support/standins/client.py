"""How the harness controls and reads stand-ins: within a time limit, and any error is a `BrokenHarnessError`."""

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from support.core.errors import BrokenHarnessError
from support.core.plain_http import FAILURES, ask
from support.standins.record import RecordedRequest
from support.standins.script import AnyRule

TIMEOUT_S = 3.0


class StandInControl:
    """Makes a running stand-in misbehave. *url* is its root: http://127.0.0.1:9001."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/_control"

    def script(self, rules: Sequence[AnyRule]) -> None:
        """Replace the script; every count starts again. An empty script is a healthy service."""
        call("PUT", f"{self._url}/script", msgspec.json.encode(rules))

    def reset(self) -> None:
        """Return to a healthy service without data or record; the connections of waiting requests are closed."""
        call("POST", f"{self._url}/reset")


class StandInRecord:
    """Reads what a running stand-in was asked: requests are counted where they arrive. *url* is its root."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/_control/requests"

    def requests(self, *, include_probes: bool = False) -> list[RecordedRequest]:
        """Return all recorded requests by arrival, without the harness's own probes unless asked for."""
        text = call("GET", self._url)
        try:
            found = msgspec.json.decode(text, type=list[RecordedRequest])
        except msgspec.DecodeError as error:
            raise BrokenHarnessError(f"{self._url} does not answer as a stand-in does: {error}") from error
        return [request for request in found if include_probes or not request.probe]

    def clear(self) -> None:
        call("DELETE", self._url)


def gaps(recorded: Sequence[RecordedRequest]) -> list[float]:
    """Return the seconds between consecutive arrivals."""
    return [later.mono - earlier.mono for earlier, later in pairwise(recorded)]


def call(method: str, url: str, body: bytes | None = None, *, timeout_s: float = TIMEOUT_S) -> bytes:
    """Send *body* (JSON) and return the body of the response. Raises `BrokenHarnessError` unless it is a 2xx in time."""
    try:
        status, content = ask(method, url, body, {"Content-Type": "application/json"}, timeout_s=timeout_s)
    except FAILURES as error:
        raise BrokenHarnessError(f"the stand-in did not answer {method} {url}: {error}; is it running?") from error
    if not 200 <= status < 300:
        text = content.decode(errors="replace")
        raise BrokenHarnessError(f"the stand-in refused {method} {url} with {status}: {text}")
    return content
