"""Client of the catalog's HTTP contract: every call returns a response, even when the service hangs or is down."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Response:
    """*status* is None without a complete answer; *error* then names the exception. *waited_s* in seconds, *at* in unix seconds.

    *asked* is the request: "GET /bundles?limit=2".
    """

    status: int | None
    body: Mapping[str, Any]
    waited_s: float
    at: float
    error: str = ""
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    asked: str = ""


def source_in_words(source: str) -> str:
    """A source that an answer names, as the features call it."""
    return {"cache": "saved copy", "": "no source"}.get(source, source)


class CatalogApi:
    """A system with another interface provides a class with these methods."""

    def __init__(self, url: str, timeout_s: float = TIMEOUT_S) -> None:
        self._url = url
        self._timeout_s = timeout_s

    def get(self, path: str) -> Response:
        return self._call("GET", path)

    def bundles(self, query: str = "") -> Response:
        return self._call("GET", f"/bundles{query}")

    def update(self) -> Response:
        return self._call("POST", "/sync")

    def last_update(self) -> Response:
        return self._call("GET", "/sync")

    def health(self) -> Response:
        return self._call("GET", "/health")

    def metrics(self) -> str:
        return self._call("GET", "/metrics").text

    def _call(self, verb: str, path: str) -> Response:
        at, began = time.time(), time.monotonic()
        try:
            with requests.Session() as session:
                session.trust_env = False  # ignore HTTP_PROXY: requests must go to the service directly
                answer = session.request(verb, self._url + path, timeout=self._timeout_s)
        except requests.RequestException as trouble:
            return Response(
                None, {}, time.monotonic() - began, at, error=type(trouble).__name__, asked=f"{verb} {path}"
            )
        waited = time.monotonic() - began
        try:
            body = answer.json()
        except ValueError:
            body = {}
        return Response(
            answer.status_code,
            body if isinstance(body, dict) else {},
            waited,
            at,
            text=answer.text,
            headers=answer.headers,
            asked=f"{verb} {path}",
        )
