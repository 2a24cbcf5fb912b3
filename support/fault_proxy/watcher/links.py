"""What Toxiproxy's own server lacks, done by the kernel in its network namespace: counts who uses a link, and lets nobody in.

`python -m support.fault_proxy.watcher.links --host H --port P LINK_PORT ...` needs `nft`, and CAP_NET_ADMIN in that namespace
alone. Our own probes are recognised by their type of service and not counted.

| call | |
|---|---|
| `GET /use` | `{"8081": {"connections": N, "sent": BYTES}}`: connections that others have opened, and what they have sent |
| `PUT /shut/8081`, `DELETE /shut/8081` | no packet gets through: connects get no reply, open connections fall silent |
| `DELETE /shut` | all ports are open |
"""

import argparse
import json
import sys
from collections.abc import Iterable

from support.fault_proxy.watcher.kernel import TABLE, change, lay, nft
from support.fault_proxy.watcher.server import Act, serve
from support.probes.marking import PROBES_BEAR

RULES = """
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
"""
# SYN alone opens a connection; the last packet of each write carries PSH, an acknowledgement or a keep-alive does not
COUNTING = """
    tcp dport {port} ip dscp != {probes} tcp flags & (syn | ack) == syn counter name "connections_{port}"
    tcp dport {port} ip dscp != {probes} tcp flags & psh == psh counter name "sent_{port}"
"""
VERBS = {"PUT": "add", "DELETE": "delete"}


def watch(ports: Iterable[int]) -> None:
    counters = "\n".join(f"counter {kind}_{port} {{ }}" for port in ports for kind in ("connections", "sent"))
    counting = "".join(COUNTING.format(port=port, probes=PROBES_BEAR >> 2) for port in ports)
    lay(RULES.format(counters=counters, counting=counting))


def use() -> dict[str, dict[str, int]]:
    told: dict[str, dict[str, int]] = {}
    for entry in json.loads(nft("-j", "list", "counters", "table", *TABLE.split()))["nftables"]:
        if counter := entry.get("counter"):
            kind, port = counter["name"].split("_")
            told.setdefault(port, {})[kind] = counter["packets" if kind == "connections" else "bytes"]
    return told


def find(ports: set[str], method: str, path: str) -> Act | None:
    port = path.removeprefix("/shut/")
    if port in ports and method in VERBS:
        return lambda _: change(f"{VERBS[method]} element {TABLE} shut {{ {port} }}")
    acts: dict[tuple[str, str], Act] = {
        ("GET", "/use"): lambda _: use(),
        ("DELETE", "/shut"): lambda _: change(f"flush set {TABLE} shut"),
    }
    return acts.get((method, path))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m support.fault_proxy.watcher.links", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8475)
    parser.add_argument("links", type=int, nargs="+", help="ports of the links")
    options = parser.parse_args()
    try:
        watch(options.links)
    except OSError as refusal:
        sys.stderr.write(f"the links cannot be watched: {refusal}\n")
        return 1
    ports = {str(port) for port in options.links}
    serve(options.host, options.port, lambda method, path: find(ports, method, path))
    return 0


if __name__ == "__main__":
    sys.exit(main())
