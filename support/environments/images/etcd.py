"""The etcd programs, which `./accept` builds with Go."""

import shutil
from pathlib import Path

from support.systems.infrastructure.programs import etcd as etcd_program


def ingredients() -> str:
    """Identifies the content: the versions of the Go modules."""
    return (etcd_program.HOME / "go.sum").read_text(encoding="utf-8")


def gather(context: Path) -> None:
    for name in ("etcd", "etcdctl"):
        shutil.copy2(etcd_program.PROGRAMS / name, context)
