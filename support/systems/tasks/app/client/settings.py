"""Settings of the client: environment variables named TASKS_*, read once at the start."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from support.systems.tasks.app.client.errors import WrongUsageError

Setting = TypeVar("Setting")

MOST_S = 86400.0
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


class _Reader:
    """Reads one variable after another, and keeps a sentence for each that is wrong."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.mistakes: list[str] = []

    def read(self, name: str, default: Setting, parse: Callable[[str], Setting]) -> Setting:
        """*parse* raises `ValueError`, whose message says what is expected. An empty variable counts as not given."""
        text = self._environment.get(f"TASKS_{name}", "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as expected:
            self.mistakes.append(f"TASKS_{name} is not valid: say {expected}.")
            return default


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The defaults, overridden by the environment. Raises `WrongUsageError`."""
    reader = _Reader(environment)
    read = reader.read
    settings = Settings(
        server=read("SERVER", "http://127.0.0.1:8095", _url),
        home=read("HOME", Path("~/.local/share/tasks"), Path).expanduser(),
        client_id=read("CLIENT_ID", "", lambda text: _name(text, CLIENT_ID, "1 to 64 letters, digits, -, _ or .")),
        repository=read("REPOSITORY", "default", repository_name),
        retries=Retries(
            attempts=read("ATTEMPTS", 5, _whole),
            first_s=read("BACKOFF_FIRST_S", 0.2, _seconds),
            cap_s=read("BACKOFF_CAP_S", 5.0, _seconds),
            jitter_s=read("JITTER_S", 0.2, _seconds_or_none),
            attempt_timeout_s=read("ATTEMPT_TIMEOUT_S", 5.0, _seconds),
            deadline_s=read("DEADLINE_S", 30.0, _seconds),
        ),
        connections=read("CONNECTIONS", 4, _whole),
        ping_s=read("PING_S", 5.0, _seconds),
        pong_s=read("PONG_S", 15.0, _seconds),
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


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _seconds(text: str) -> float:
    number = _number(text)
    if not 0 < number <= MOST_S:
        raise ValueError(f"a number of seconds above 0, {MOST_S:g} at most")
    return number


def _seconds_or_none(text: str) -> float:
    number = _number(text)
    if not 0 <= number <= MOST_S:
        raise ValueError(f"a number of seconds from 0 to {MOST_S:g}")
    return number


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4 and int(text)):
        raise ValueError("a whole number from 1 to 999")
    return int(text)


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or parts.query or parts.fragment:
        raise ValueError("an address such as http://host:port")
    return text.rstrip("/")
