"""The catalog system in containers, as docker-compose.yml describes it, started by testcontainers.

Every part runs on a *host* of its own: a container that holds a network address and does nothing else. A part that is killed
leaves its host behind, as a crashed program leaves its machine: who calls is refused at once, and what is started again is
found at the same address. (Had the part an address of its own, that would be gone with it, and callers would hear nothing.)

    our steps ──────────► catalog ──► fault proxy ──► provider, saved copy, database
        └─ the stranger ────────────────►┘

All of them share one network of the run. We reach it because the engine is on this machine; so no port is published, unless a
setting asks for one. `watch` stands beside the fault proxy, on its host: Toxiproxy's own server neither counts who uses a link
nor can it let nobody in.
"""

import os

os.environ["TESTCONTAINERS_RYUK_DISABLED"] = (
    "true"  # read on import; we mark and sweep what we start ourselves (`marks`)
)
