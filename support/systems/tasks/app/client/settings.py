"""Settings of the client: environment variables named TASKS_*, read once at the start."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from support.systems.tasks.app.client.errors import WrongUsageError
from support.systems.tasks.app.variables import Variables, http_address, seconds, seconds_or_none, whole

CLIENT_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
REPOSITORY = re.compile(r"[A-Za-z0-9._/-]{1,100}")


@dataclass(frozen=True, slots=True)
class Retries:
    """How often one request is tried, and for how long. Names ending in `_s` are seconds."""

    attempts: int
    first_s: float
    cap_s: float
    jitter_s: float
    attempt_timeout_s: float
    deadline_s: float


@dataclass(frozen=True, slots=True)
class Settings:
    """*client_id* is empty unless the environment names one."""

    server: str
    home: Path
    client_id: str
    repository: str
    retries: Retries
    connections: int
    ping_s: float
    pong_s: float
    colours: bool


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The defaults, overridden by the environment. Raises `WrongUsageError`."""
    reader = Variables(environment)
    read = reader.read
    settings = Settings(
        server=read("SERVER", "http://127.0.0.1:8095", http_address),
        home=read("HOME", Path("~/.local/share/tasks"), Path).expanduser(),
        client_id=read("CLIENT_ID", "", lambda text: _name(text, CLIENT_ID, "1 to 64 letters, digits, -, _ or .")),
        repository=read("REPOSITORY", "default", repository_name),
        retries=Retries(
            attempts=read("ATTEMPTS", 5, whole(1, 999)),
            first_s=read("BACKOFF_FIRST_S", 0.2, seconds),
            cap_s=read("BACKOFF_CAP_S", 5.0, seconds),
            jitter_s=read("JITTER_S", 0.2, seconds_or_none),
            attempt_timeout_s=read("ATTEMPT_TIMEOUT_S", 5.0, seconds),
            deadline_s=read("DEADLINE_S", 30.0, seconds),
        ),
        connections=read("CONNECTIONS", 4, whole(1, 999)),
        ping_s=read("PING_S", 5.0, seconds),
        pong_s=read("PONG_S", 15.0, seconds),
        colours=not environment.get("NO_COLOR"),
    )
    if reader.mistakes:
        raise WrongUsageError(*reader.mistakes)
    return settings


def repository_name(text: str) -> str:
    """Raises `ValueError`, whose message says what is expected."""
    return _name(text, REPOSITORY, "1 to 100 letters, digits, -, _, . or /")


def _name(text: str, pattern: re.Pattern[str], expected: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(expected)
    return text
