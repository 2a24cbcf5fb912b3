"""Settings of the server: environment variables named TASKS_*, read once at the start."""

from collections.abc import Mapping
from dataclasses import dataclass

from support.systems.tasks.app.variables import Variables, http_address, seconds, whole

WRONG_SETTINGS = 64  # exit status


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


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The defaults, overridden by TASKS_*; an empty variable counts as not given. Raises `SettingsError`."""
    reader, standard = Variables(environment), Settings()
    read = reader.read
    settings = Settings(
        host=read("HOST", standard.host, str),
        port=read("PORT", standard.port, whole(1, 65_535)),
        store_url=read("STORE_URL", standard.store_url, http_address),
        store_timeout_s=read("STORE_TIMEOUT_S", standard.store_timeout_s, seconds),
        breaker_failures=read("BREAKER_FAILURES", standard.breaker_failures, whole(1, 1_000)),
        breaker_open_s=read("BREAKER_OPEN_S", standard.breaker_open_s, seconds),
        breaker_probes=read("BREAKER_PROBES", standard.breaker_probes, whole(1, 100)),
        per_minute=read("PER_MINUTE", standard.per_minute, whole(0, 1_000_000)),
        ping_s=read("PING_S", standard.ping_s, seconds),
        pong_s=read("PONG_S", standard.pong_s, seconds),
        queue=read("QUEUE", standard.queue, whole(1, 1_000_000)),
    )
    if reader.mistakes:
        raise SettingsError(reader.mistakes)
    return settings
