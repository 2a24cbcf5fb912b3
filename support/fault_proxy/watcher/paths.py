"""One end of all paths to and from a host: cuts them, and looks along them.

`python -m support.fault_proxy.watcher.paths --port P` needs `nft`, and CAP_NET_ADMIN in the network namespace of that host alone.
Whoever asks here is never cut off from here.

| call | |
|---|---|
| `PUT /cut`, `DELETE /cut` with `{"from": [ADDRESS], "to": [ADDRESS]}` | no packet from there comes in, none to there gets out |
| `GET /cut` | `{"from": {ADDRESS: PACKETS}, "to": {ADDRESS: PACKETS}}`: what has been lost meanwhile |
| `POST /look` with `{"at": [ADDRESS, PORT], "patience_s": S}` and a `Ping` | the `Reading` of what is there |
"""

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from support.fault_proxy.watcher.kernel import TABLE, change, lay, nft
from support.fault_proxy.watcher.server import Act, serve
from support.probes.pings import Ping
from support.probes.tcp import knock

RULES = """
set from {{ type ipv4_addr; counter; }}
set to {{ type ipv4_addr; counter; }}
chain arriving {{ type filter hook input priority 0; tcp dport {port} accept; ip saddr @from drop; }}
chain leaving {{ type filter hook output priority 0; tcp sport {port} accept; ip daddr @to drop; }}
"""
SIDES = ("from", "to")


def cut(verb: str, told: dict[str, list[str]]) -> None:
    change(*(f"{verb} element {TABLE} {side} {{ {', '.join(told[side])} }}" for side in SIDES if told[side]))


def lost() -> dict[str, dict[str, int]]:
    return {side: _lost(side) for side in SIDES}


def _lost(side: str) -> dict[str, int]:
    listed = json.loads(nft("-j", "list", "set", *TABLE.split(), side))["nftables"]
    elements = next(one["set"] for one in listed if "set" in one).get("elem", [])
    return {one["elem"]["val"]: one["elem"]["counter"]["packets"] for one in elements}


def seen(told: dict[str, Any]) -> dict[str, Any]:
    host, port = told["at"]
    ping = Ping(told["ask"].encode("latin-1"), told["answer"].encode("latin-1"), told["anywhere"])
    reading = knock((host, port), ping, told["patience_s"])
    return asdict(reading) | {"symptom": reading.symptom.name}


ACTS: dict[tuple[str, str], Act] = {
    ("PUT", "/cut"): lambda told: cut("add", told),
    ("DELETE", "/cut"): lambda told: cut("delete", told),
    ("GET", "/cut"): lambda _: lost(),
    ("POST", "/look"): seen,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m support.fault_proxy.watcher.paths", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8475)
    options = parser.parse_args()
    try:
        lay(RULES.format(port=options.port))
    except OSError as refusal:
        sys.stderr.write(f"paths cannot be cut here: {refusal}\n")
        return 1
    serve(options.host, options.port, lambda method, path: ACTS.get((method, path)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
