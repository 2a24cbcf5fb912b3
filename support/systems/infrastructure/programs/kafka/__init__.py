"""The Kafka broker from Maven, because Debian has no package of it."""

from pathlib import Path

LIBRARIES = Path(__file__).with_name("libs")


def why_unavailable() -> str:
    """Return why no broker can run on this machine, or an empty string."""
    if list(LIBRARIES.glob("kafka_*.jar")):
        return ""
    return "the Kafka broker is missing; fetch it with: ./accept (it needs maven: apt-get install --no-install-recommends maven)"
