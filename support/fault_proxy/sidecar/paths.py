"""The sidecar of a cluster member's host: cuts network paths to and from it, and probes other hosts from it.

`python -m support.fault_proxy.sidecar.paths --port P` needs `nft`, and CAP_NET_ADMIN in the network namespace of that host alone.
The connection to this server itself is never cut.

| call | |
|---|---|
| `PUT /cut`, `DELETE /cut` with `{"from": [ADDRESS], "to": [ADDRESS]}` | drop or accept packets from and to these addresses |
| `GET /cut` | `{"from": {ADDRESS: PACKETS}, "to": {ADDRESS: PACKETS}}`: packets dropped so far |
| `POST /look` with `{"at": [ADDRESS, PORT], "patience_s": S}` and a `Ping` | probe that address and return the `Reading` |
"""

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from support.fault_proxy.sidecar.nftables import TABLE, apply, nft, replace_rules
from support.fault_proxy.sidecar.server import Handler, serve
from support.probes.pings import Ping
from support.probes.tcp import knock

RULES = """
set from {{ type ipv4_addr; counter; }}
set to {{ type ipv4_addr; counter; }}
chain arriving {{ type filter hook input priority 0; tcp dport {port} accept; ip saddr @from drop; }}
chain leaving {{ type filter hook output priority 0; tcp sport {port} accept; ip daddr @to drop; }}
"""
SIDES = ("from", "to")


def cut(verb: str, addresses: dict[str, list[str]]) -> None:
    apply(*(f"{verb} element {TABLE} {side} {{ {', '.join(addresses[side])} }}" for side in SIDES if addresses[side]))


def dropped() -> dict[str, dict[str, int]]:
    return {side: _dropped(side) for side in SIDES}


def _dropped(side: str) -> dict[str, int]:
    listed = json.loads(nft("-j", "list", "set", *TABLE.split(), side))["nftables"]
    elements = next(one["set"] for one in listed if "set" in one).get("elem", [])
    return {one["elem"]["val"]: one["elem"]["counter"]["packets"] for one in elements}


def probe(request: dict[str, Any]) -> dict[str, Any]:
    host, port = request["at"]
    ping = Ping(request["ask"].encode("latin-1"), request["answer"].encode("latin-1"), request["anywhere"])
    reading = knock((host, port), ping, request["patience_s"])
    return asdict(reading) | {"symptom": reading.symptom.name}


HANDLERS: dict[tuple[str, str], Handler] = {
    ("PUT", "/cut"): lambda addresses: cut("add", addresses),
    ("DELETE", "/cut"): lambda addresses: cut("delete", addresses),
    ("GET", "/cut"): lambda _: dropped(),
    ("POST", "/look"): probe,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m support.fault_proxy.sidecar.paths", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8475)
    options = parser.parse_args()
    try:
        replace_rules(RULES.format(port=options.port))
    except OSError as error:
        sys.stderr.write(f"paths cannot be cut here: {error}\n")
        return 1
    serve(options.host, options.port, lambda method, path: HANDLERS.get((method, path)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
