"""Lets the harness, who is outside, tell us what to do: JSON over HTTP."""

import json
import signal
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Act = Callable[[Any], object]  # is given the body of the request, and returns that of the answer


def serve(host: str, port: int, find: Callable[[str, str], Act | None]) -> None:
    """Answer until SIGTERM; *find* has the act for a method and a path. What the kernel refuses is answered with 500."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            told = json.loads(self.rfile.read(size)) if size else None
            act = find(self.command, self.path)
            try:
                status, said = (200, act(told)) if act else (404, f"there is no {self.path}")
            except OSError as refusal:
                status, said = 500, str(refusal)
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_POST = do_DELETE = _answer  # noqa: N815  the names are http.server's

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  likewise
            """Only what goes wrong is worth a line."""

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    ThreadingHTTPServer((host, port), Handler).serve_forever()
