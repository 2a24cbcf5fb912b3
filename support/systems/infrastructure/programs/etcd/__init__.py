"""The etcd server and client, newer than Debian's: their own modules, put together by Go when the checkout is set up.

`go.mod` says which version; it is docker-compose.yml's.
"""

from pathlib import Path

HOME = Path(__file__).parent
PROGRAMS = HOME / "bin"  # there once both have been built
