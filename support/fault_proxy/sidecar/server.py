"""The HTTP server of a sidecar, by which the harness controls it: JSON in, JSON out."""

import json
import signal
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Handler = Callable[[Any], object]  # from the body of the request to the body of the response


def serve(host: str, port: int, route: Callable[[str, str], Handler | None]) -> None:
    """Serve until SIGTERM; *route* finds the handler for a method and a path. An `OSError` of a handler becomes status 500."""

    class RequestHandler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            content = json.loads(self.rfile.read(size)) if size else None
            handler = route(self.command, self.path)
            try:
                status, result = (200, handler(content)) if handler else (404, f"there is no {self.path}")
            except OSError as refusal:
                status, result = 500, str(refusal)
            body = json.dumps(result).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_POST = do_DELETE = _answer  # noqa: N815  names of http.server

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  name of http.server
            """No access log."""

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    ThreadingHTTPServer((host, port), RequestHandler).serve_forever()
