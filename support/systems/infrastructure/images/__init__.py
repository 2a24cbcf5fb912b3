"""Substitute images of the clusters, which `./accept images` builds where no registry can be reached.

| name | content |
|---|---|
| `quay.io/coreos/etcd` | etcd, built from its own Go modules; without Go, Debian's |
| `mysql:8.0` | Debian 12's MariaDB 10.11, which speaks the same protocol |
| `apache/kafka:3.9.1` | the broker from Maven, with Debian's Java |
"""

import shutil
from pathlib import Path

from support.core.errors import UsageError
from support.environments.images.recipes import Recipe, substitute
from support.systems.infrastructure.programs import etcd, kafka

HERE = Path(__file__).parent
ETCD_VERSION = "3.5.35"


def recipes() -> list[Recipe]:
    return [
        _etcd(),
        substitute("mysql:8.0", HERE / "mysql", "Debian's MariaDB {mariadb-server}"),
        substitute(
            "apache/kafka:3.9.1",
            HERE / "kafka",
            "Kafka 3.9.1 from Maven, with Debian's Java",
            gather=_gather_kafka,
            ingredients="\n".join(sorted(jar.name for jar in kafka.LIBRARIES.glob("*.jar"))),
        ),
    ]


def _etcd() -> Recipe:
    name = f"quay.io/coreos/etcd:v{ETCD_VERSION}"
    if not etcd.PROGRAMS.exists():
        return substitute(name, HERE / "etcd-debian", "Debian's etcd-server {etcd-server}")
    home = HERE / "etcd"
    what = f"etcd {ETCD_VERSION}, built from its Go modules"
    ingredients = (etcd.HOME / "go.sum").read_text(encoding="utf-8")
    return Recipe(name, "", what, home / "Dockerfile", home, gather=_gather_etcd, ingredients=ingredients)


def _gather_etcd(context: Path) -> None:
    for name in ("etcd", "etcdctl"):
        shutil.copy2(etcd.PROGRAMS / name, context)


def _gather_kafka(context: Path) -> None:
    if why_not := kafka.why_unavailable():
        raise UsageError(why_not)
    shutil.copytree(kafka.LIBRARIES, context / "libs")
