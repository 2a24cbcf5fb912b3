"""The etcd server and client, which the set-up builds with Go from their modules, because Debian's are too old.

The version in `go.mod` is the same as in topology.yml.
"""

from pathlib import Path

HOME = Path(__file__).parent
PROGRAMS = HOME / "bin"  # exists once both have been built
