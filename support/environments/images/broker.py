"""The Kafka broker, which `./accept` fetches with Maven."""

import shutil
from pathlib import Path

from support.core.errors import UsageError
from support.systems.infrastructure.programs.kafka import LIBRARIES, why_no_broker


def ingredients() -> str:
    """Identifies the content: the names of the libraries."""
    return "\n".join(sorted(jar.name for jar in LIBRARIES.glob("*.jar")))


def gather(context: Path) -> None:
    if why_not := why_no_broker():
        raise UsageError(why_not)
    shutil.copytree(LIBRARIES, context / "libs")
