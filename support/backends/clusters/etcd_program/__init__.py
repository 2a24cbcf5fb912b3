"""The etcd server and client, newer than Debian's: their own modules, put together by Go when the checkout is set up.

`go.mod` says which version; it is docker-compose.yml's.
"""

import shutil
from pathlib import Path

HOME = Path(__file__).parent
PROGRAMS = HOME / "bin"  # there once both have been built


def ingredients() -> str:
    """What the programs are made of."""
    return (HOME / "go.sum").read_text(encoding="utf-8")


def gather(context: Path) -> None:
    for name in ("etcd", "etcdctl"):
        shutil.copy2(PROGRAMS / name, context)
