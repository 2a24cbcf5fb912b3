"""etcd's own programs, as `./accept` builds them by Go."""

import shutil
from pathlib import Path

from support.systems.infrastructure.programs import etcd as etcd_program


def ingredients() -> str:
    """What the programs are made of."""
    return (etcd_program.HOME / "go.sum").read_text(encoding="utf-8")


def gather(context: Path) -> None:
    for name in ("etcd", "etcdctl"):
        shutil.copy2(etcd_program.PROGRAMS / name, context)
