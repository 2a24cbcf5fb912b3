"""Settings of the service: environment variables named ASSISTANT_*, read once at the start and on a reload."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from support.systems.assistant.app.operator_limits import OperatorLimits, Range

Setting = TypeVar("Setting")
Keys = Mapping[str, str]

YEAR_S = 366 * 86400.0
WEB = ("http", "https")
REDIS = ("redis", "rediss")
PRESETS = ("simple", "development", "production")
NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class SettingsError(Exception):
    """Unusable settings; *mistakes* has one sentence for each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Settings:
    """Names ending in `_s` are seconds. *environment* is all that was given: other parts detect and migrate by it.

    *api_keys* and *admin_keys* map the name of each key to the key.
    """

    host: str
    port: int
    ai_url: str
    ai_key: str
    ai_model: str
    redis_url: str
    redis_timeout_s: float
    data_dir: str
    api_keys: Keys
    admin_keys: Keys
    alert_url: str
    cache_fresh_s: float
    cache_life_s: float
    config_file: str
    preset: str
    history_every_s: float
    limits: OperatorLimits
    environment: Mapping[str, str]


class _Reader:
    """Reads one variable after another, and keeps a sentence for each that is wrong."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.mistakes: list[str] = []

    def read(self, variable: str, default: Setting, parse: Callable[[str], Setting]) -> Setting:
        """*parse* raises `ValueError`, whose message says what is expected. Values are not repeated: they may be secrets."""
        text = self._environment.get(f"ASSISTANT_{variable}", "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as expected:
            self.mistakes.append(f"ASSISTANT_{variable} is not valid: say {expected}.")
            return default

    def keys(self, variable: str, name: str) -> Keys:
        none: Keys = {}
        keys = self.read(variable, none, lambda text: _keys(text, name))
        if not keys and not any(variable in mistake for mistake in self.mistakes):
            self.mistakes.append(f"ASSISTANT_{variable} is missing: say a key, or several as name:key,name:key.")
        return keys


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The defaults, overridden by ASSISTANT_*; an empty variable counts as not given. Raises `SettingsError`."""
    reader = _Reader(environment)
    read = reader.read
    standard = OperatorLimits()
    settings = Settings(
        host=read("HOST", "127.0.0.1", str),
        port=read("PORT", 8090, lambda text: _whole(text, Range(1, 65535))),
        ai_url=read("AI_URL", "http://127.0.0.1:8091/v1", lambda text: _url(text, WEB)).rstrip("/"),
        ai_key=read("AI_KEY", "", _header),
        ai_model=read("AI_MODEL", "assistant-1", str),
        redis_url=read("REDIS_URL", "redis://127.0.0.1:6379/0", lambda text: _url(text, REDIS)),
        redis_timeout_s=read("REDIS_TIMEOUT_S", 0.2, _seconds),
        data_dir=read("DATA_DIR", "/var/lib/assistant", str),
        api_keys=reader.keys("API_KEY", "user"),
        admin_keys=reader.keys("ADMIN_KEY", "administrator"),
        alert_url=read("ALERT_URL", "", lambda text: _url(text, WEB)),
        cache_fresh_s=read("CACHE_FRESH_S", 300.0, _seconds),
        cache_life_s=read("CACHE_LIFE_S", 86400.0, _seconds),
        config_file=read("CONFIG_FILE", "", str),
        preset=read("PRESET", "", _preset),
        history_every_s=read("HISTORY_EVERY_S", 10.0, _seconds),
        limits=OperatorLimits(
            attempts=read("LIMIT_ATTEMPTS", standard.attempts, _whole_range),
            failures=read("LIMIT_FAILURES", standard.failures, _whole_range),
            open_s=read("LIMIT_OPEN_S", standard.open_s, _range),
            per_minute=read("LIMIT_PER_MINUTE", standard.per_minute, _whole_range),
        ),
        environment=dict(environment),
    )
    if settings.cache_life_s < settings.cache_fresh_s:
        reader.mistakes.append("ASSISTANT_CACHE_LIFE_S is below ASSISTANT_CACHE_FRESH_S: say at least as much.")
    if reader.mistakes:
        raise SettingsError(reader.mistakes)
    return settings


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def _seconds(text: str) -> float:
    number = _number(text)
    if not 0 < number <= YEAR_S:
        raise ValueError("a number of seconds above 0")
    return number


def _whole(text: str, allowed: Range) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) in allowed):
        raise ValueError(f"a whole number from {allowed.lowest:g} to {allowed.highest:g}")
    return int(text)


def _range(text: str) -> Range:
    lowest, _, highest = text.partition("-")
    limits = Range(_number(lowest), _number(highest))
    if not 0 < limits.lowest <= limits.highest <= YEAR_S:
        raise ValueError("two numbers above 0, the lower one first, such as 1-10")
    return limits


def _whole_range(text: str) -> Range:
    limits = _range(text)
    if not (limits.lowest.is_integer() and limits.highest.is_integer()):
        raise ValueError("two whole numbers above 0, the lower one first, such as 1-10")
    return limits


def _url(text: str, schemes: tuple[str, ...]) -> str:
    try:
        parts = urlsplit(text)
        valid = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise ValueError(f"an address such as {schemes[0]}://host:port/...")
    return text


def _header(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError("a key of printable ASCII characters")
    return text


def _preset(text: str) -> str:
    if text not in PRESETS:
        raise ValueError(f"{', '.join(PRESETS[:-1])} or {PRESETS[-1]}")
    return text


def _keys(text: str, name: str) -> Keys:
    """A single key may stand without a name; it is called *name*."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 1 and ":" not in text:
        return {name: _header(text)}
    named = [part.partition(":") for part in parts]
    keys = {key_name: key for key_name, _, key in named if NAME.fullmatch(key_name) and key}
    if len(keys) < len(parts) or len(set(keys.values())) < len(parts) or not (text.isascii() and text.isprintable()):
        raise ValueError("a key, or several as name:key,name:key, no two alike")
    return keys
