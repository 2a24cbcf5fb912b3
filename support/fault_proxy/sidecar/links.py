"""The sidecar of Toxiproxy's own server: counts the use of each link, and can drop every packet to a link.

`python -m support.fault_proxy.sidecar.links --host H --port P LINK_PORT ...` needs `nft`, and CAP_NET_ADMIN in that namespace
alone. Our own probes are recognised by their type of service and are not counted.

| call | |
|---|---|
| `GET /use` | `{"8081": {"connections": N, "sent": BYTES}}`: connections opened by others, and bytes sent by them |
| `PUT /shut/8081`, `DELETE /shut/8081` | drop or accept all packets: connects get no reply, open connections carry no bytes |
| `DELETE /shut` | accept all packets to every port |
"""

import argparse
import json
import sys
from collections.abc import Iterable

from support.fault_proxy.sidecar.nftables import TABLE, apply, nft, replace_rules
from support.fault_proxy.sidecar.server import Handler, serve
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
# a SYN without ACK opens a connection; the last packet of each write carries PSH, acknowledgements and keep-alives do not
COUNTING = """
    tcp dport {port} ip dscp != {probes} tcp flags & (syn | ack) == syn counter name "connections_{port}"
    tcp dport {port} ip dscp != {probes} tcp flags & psh == psh counter name "sent_{port}"
"""
VERBS = {"PUT": "add", "DELETE": "delete"}


def install_rules(ports: Iterable[int]) -> None:
    counters = "\n".join(f"counter {kind}_{port} {{ }}" for port in ports for kind in ("connections", "sent"))
    counting = "".join(COUNTING.format(port=port, probes=PROBES_BEAR >> 2) for port in ports)
    replace_rules(RULES.format(counters=counters, counting=counting))


def usage() -> dict[str, dict[str, int]]:
    counted: dict[str, dict[str, int]] = {}
    for entry in json.loads(nft("-j", "list", "counters", "table", *TABLE.split()))["nftables"]:
        if counter := entry.get("counter"):
            kind, port = counter["name"].split("_")
            counted.setdefault(port, {})[kind] = counter["packets" if kind == "connections" else "bytes"]
    return counted


def route(ports: set[str], method: str, path: str) -> Handler | None:
    port = path.removeprefix("/shut/")
    if port in ports and method in VERBS:
        return lambda _: apply(f"{VERBS[method]} element {TABLE} shut {{ {port} }}")
    handlers: dict[tuple[str, str], Handler] = {
        ("GET", "/use"): lambda _: usage(),
        ("DELETE", "/shut"): lambda _: apply(f"flush set {TABLE} shut"),
    }
    return handlers.get((method, path))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m support.fault_proxy.sidecar.links", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8475)
    parser.add_argument("links", type=int, nargs="+", help="ports of the links")
    options = parser.parse_args()
    try:
        install_rules(options.links)
    except OSError as error:
        sys.stderr.write(f"the use of the links cannot be counted: {error}\n")
        return 1
    ports = {str(port) for port in options.links}
    serve(options.host, options.port, lambda method, path: route(ports, method, path))
    return 0


if __name__ == "__main__":
    sys.exit(main())
