"""A system in containers, as its topology describes it, started by testcontainers.

Every part runs on its own *host container*, which holds a network address and does nothing else. When a part is killed, its host
stays, as a machine stays when a program on it crashes: connections are refused at once, and the restarted part has the same
address. (If the address belonged to the part, it would disappear with it, and connections would time out.)

    steps, actors ──► service ──► fault proxy ──► its dependencies
        └─ probes, direct calls ─────►┘

All of them share one network per run. It can be reached because the engine is on this machine, so no port is published unless a
setting requests one. A sidecar runs on the host of the fault proxy: Toxiproxy's own server neither counts the use of a link nor
can it drop all packets to one.
"""

import os

from testcontainers.core.config import testcontainers_config

from support.environments.container_engine import engine_address

testcontainers_config.ryuk_disabled = True  # we label and remove our containers ourselves (`container_marks`)
testcontainers_config.tc_properties.clear()  # a user's ~/.testcontainers.properties, or context of docker, leads nowhere else
os.environ["DOCKER_HOST"] = engine_address()
