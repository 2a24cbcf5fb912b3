"""The Kafka broker, as `./accept` fetches it by Maven."""

import shutil
from pathlib import Path

from support.core.errors import UsageError
from support.systems.infrastructure.programs.kafka import LIBRARIES, why_no_broker


def ingredients() -> str:
    """What the broker is made of."""
    return "\n".join(sorted(jar.name for jar in LIBRARIES.glob("*.jar")))


def gather(context: Path) -> None:
    if why_not := why_no_broker():
        raise UsageError(why_not)
    shutil.copytree(LIBRARIES, context / "libs")
