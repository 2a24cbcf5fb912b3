"""A client of a service under test: every call returns a response, even when the service hangs or is down."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Response:
    """*status* is None without a complete answer; *error* then names the exception. *waited_s* in seconds, *at* in unix seconds.

    *asked* is the request: "GET /orders?limit=2".
    """

    status: int | None
    body: Mapping[str, Any]
    waited_s: float
    at: float
    error: str = ""
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    asked: str = ""


class HttpClient:
    """Each call has a connection of its own."""

    def __init__(self, url: str, timeout_s: float = TIMEOUT_S) -> None:
        self._url = url
        self._timeout_s = timeout_s

    def get(self, path: str) -> Response:
        return self.call("GET", path)

    def call(
        self,
        verb: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        *,
        timeout_s: float | None = None,
    ) -> Response:
        """*body* is sent as JSON, unless it is bytes or None. *timeout_s* takes the place of the client's own."""
        content: dict[str, Any] = {"data": body} if isinstance(body, bytes | None) else {"json": body}
        at, began = time.time(), time.monotonic()
        try:
            with requests.Session() as session:
                session.trust_env = False  # ignore HTTP_PROXY: requests must go to the service directly
                answer = session.request(
                    verb, self._url + path, timeout=timeout_s or self._timeout_s, headers=dict(headers or {}), **content
                )
        except requests.RequestException as trouble:
            return Response(
                None, {}, time.monotonic() - began, at, error=type(trouble).__name__, asked=f"{verb} {path}"
            )
        waited = time.monotonic() - began
        try:
            told = answer.json()
        except ValueError:
            told = {}
        return Response(
            answer.status_code,
            told if isinstance(told, dict) else {},
            waited,
            at,
            text=answer.text,
            headers=answer.headers,
            asked=f"{verb} {path}",
        )
