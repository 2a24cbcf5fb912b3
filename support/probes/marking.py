"""How the harness marks its own connections, so that they are not counted as the system's."""

PROBES_COME_FROM = "127.0.0.2"
"""The source address by which the harness marks its own connections (on Linux all of 127/8 is loopback)."""
PROBES_BEAR = 0xAC
"""The type of service by which it marks them too, for a watcher that sees packets and cannot go by the address."""
