"""The etcd server and client, newer than Debian's: their own modules, put together by Go when the checkout is set up.

`go.mod` says which version; it is docker-compose.yml's.
"""

import shutil
from pathlib import Path

HOME = Path(__file__).parent
PROGRAMS = HOME / "bin"


def built() -> bool:
    return (PROGRAMS / ".ready").exists()


def server() -> str:
    """The program that is run: the one that was built here, else the system's."""
    return str(PROGRAMS / "etcd") if built() else "etcd"


def ingredients() -> str:
    """What the programs are made of."""
    return (HOME / "go.sum").read_text(encoding="utf-8")


def gather(context: Path) -> None:
    for name in ("etcd", "etcdctl"):
        shutil.copy2(PROGRAMS / name, context)
