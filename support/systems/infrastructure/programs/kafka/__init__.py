"""The Kafka broker's own program, which Debian does not have."""

from pathlib import Path

LIBRARIES = Path(__file__).with_name("libs")


def why_no_broker() -> str:
    """Why no broker can be run here; empty when it can."""
    if list(LIBRARIES.glob("kafka_*.jar")):
        return ""
    return "the Kafka broker is missing; fetch it with: ./accept (it needs maven: apt-get install --no-install-recommends maven)"
