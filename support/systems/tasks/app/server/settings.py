"""Settings of the server: environment variables named TASKS_*, read once at the start."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

WRONG_SETTINGS = 64  # exit status
LONGEST_S = 86_400.0
Setting = TypeVar("Setting")


class SettingsError(Exception):
    """Unusable settings; *mistakes* has one sentence for each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Settings:
    """Names ending in `_s` are seconds. *per_minute* 0 is no limit; *queue* counts the events that wait for one subscriber."""

    host: str = "127.0.0.1"
    port: int = 8095
    store_url: str = "http://127.0.0.1:6333"
    store_timeout_s: float = 2.0
    breaker_failures: int = 5
    breaker_open_s: float = 30.0
    breaker_probes: int = 2
    per_minute: int = 100
    ping_s: float = 5.0
    pong_s: float = 15.0
    queue: int = 256


class _Reader:
    """Reads one variable after another, and keeps a sentence for each that is wrong."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.mistakes: list[str] = []

    def read(self, variable: str, default: Setting, parse: Callable[[str], Setting]) -> Setting:
        """*parse* raises `ValueError`, whose message says what is expected. Values are not repeated: they may be secrets."""
        text = self._environment.get(f"TASKS_{variable}", "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as expected:
            self.mistakes.append(f"TASKS_{variable} is not valid: say {expected}.")
            return default


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The defaults, overridden by TASKS_*; an empty variable counts as not given. Raises `SettingsError`."""
    reader, standard = _Reader(environment), Settings()
    read = reader.read
    settings = Settings(
        host=read("HOST", standard.host, str),
        port=read("PORT", standard.port, _whole(1, 65_535)),
        store_url=read("STORE_URL", standard.store_url, _url),
        store_timeout_s=read("STORE_TIMEOUT_S", standard.store_timeout_s, _seconds),
        breaker_failures=read("BREAKER_FAILURES", standard.breaker_failures, _whole(1, 1_000)),
        breaker_open_s=read("BREAKER_OPEN_S", standard.breaker_open_s, _seconds),
        breaker_probes=read("BREAKER_PROBES", standard.breaker_probes, _whole(1, 100)),
        per_minute=read("PER_MINUTE", standard.per_minute, _whole(0, 1_000_000)),
        ping_s=read("PING_S", standard.ping_s, _seconds),
        pong_s=read("PONG_S", standard.pong_s, _seconds),
        queue=read("QUEUE", standard.queue, _whole(1, 1_000_000)),
    )
    if reader.mistakes:
        raise SettingsError(reader.mistakes)
    return settings


def _whole(lowest: int, highest: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and lowest <= int(text) <= highest):
            raise ValueError(f"a whole number from {lowest} to {highest}")
        return int(text)

    return parse


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number <= LONGEST_S:
        raise ValueError(f"a number of seconds above 0, at most {LONGEST_S:g}")
    return number


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise ValueError("an address such as http://host:port")
    return text.rstrip("/")
