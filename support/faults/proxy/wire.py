"""What Toxiproxy's own server lacks, done by the kernel in its network namespace: counts who uses a link, and lets nobody in.

`python -m support.faults.proxy.wire --host H --port P LINK_PORT ...` needs `nft`, and CAP_NET_ADMIN in that namespace alone.
Our own probes are told by their type of service and not counted.

| call | |
|---|---|
| `GET /use` | `{"8081": {"connections": N, "sent": BYTES}}`: connections that others have opened, and what they have sent |
| `PUT /shut/8081`, `DELETE /shut/8081` | no packet gets through: connects get no reply, open connections fall silent |
| `DELETE /shut` | all ports are open |
"""

import argparse
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

from support.faults.proxy import PROBES_BEAR

TABLE = "inet holdfast"
RULES = """
table {table} {{
    set shut {{ type inet_service; }}
    {counters}
    chain arriving {{
        type filter hook input priority 0;
        tcp dport @shut drop
        {counting}
    }}
    chain leaving {{
        type filter hook output priority 0;
        tcp sport @shut drop
    }}
}}
"""
# SYN alone opens a connection; the last packet of each write carries PSH, an acknowledgement or a keep-alive does not
COUNTING = """
        tcp dport {port} ip dscp != {probes} tcp flags & (syn | ack) == syn counter name "connections_{port}"
        tcp dport {port} ip dscp != {probes} tcp flags & psh == psh counter name "sent_{port}"
"""


def nft(*options: str, commands: str = "") -> str:
    """What `nft` says. Raises `OSError` with its words if it refuses."""
    done = subprocess.run(["nft", *options], input=commands, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(done.stderr.strip() or f"nft ended with status {done.returncode}")
    return done.stdout


def change(*commands: str) -> None:
    """All of *commands* at once, or none."""
    nft("-f", "-", commands="\n".join(commands))


def watch(ports: Iterable[int]) -> None:
    counters = "\n    ".join(f"counter {kind}_{port} {{ }}" for port in ports for kind in ("connections", "sent"))
    counting = "".join(COUNTING.format(port=port, probes=PROBES_BEAR >> 2) for port in ports)
    anew = (f"add table {TABLE}", f"delete table {TABLE}")
    change(*anew, RULES.format(table=TABLE, counters=counters, counting=counting))


def use() -> dict[str, dict[str, int]]:
    told: dict[str, dict[str, int]] = {}
    for entry in json.loads(nft("-j", "list", "counters", "table", *TABLE.split()))["nftables"]:
        if counter := entry.get("counter"):
            kind, port = counter["name"].split("_")
            told.setdefault(port, {})[kind] = counter["packets" if kind == "connections" else "bytes"]
    return told


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    ports: ClassVar[set[str]] = set()

    def do_GET(self) -> None:
        self._answer(use if self.path == "/use" else None)

    def do_PUT(self) -> None:
        self._answer(self._shut("add"))

    def do_DELETE(self) -> None:
        self._answer((lambda: change(f"flush set {TABLE} shut")) if self.path == "/shut" else self._shut("delete"))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name is http.server's
        """Only what goes wrong is worth a line."""

    def _shut(self, verb: str) -> Callable[[], None] | None:
        port = self.path.removeprefix("/shut/")
        return (lambda: change(f"{verb} element {TABLE} shut {{ {port} }}")) if port in self.ports else None

    def _answer(self, act: Callable[[], object] | None) -> None:
        try:
            status, told = (200, act()) if act else (404, f"there is no {self.path}")
        except OSError as refusal:
            status, told = 500, str(refusal)
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m support.faults.proxy.wire", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8475)
    parser.add_argument("links", type=int, nargs="+", help="ports of the links")
    options = parser.parse_args()
    try:
        watch(options.links)
    except OSError as refusal:
        sys.stderr.write(f"the links cannot be watched: {refusal}\n")
        return 1
    Handler.ports = {str(port) for port in options.links}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    HTTPServer((options.host, options.port), Handler).serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
