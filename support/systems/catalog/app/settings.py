"""Settings of the service: environment variables named CATALOG_*, read once at the start and on a reload."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from urllib.parse import urlsplit

PREFIX = "CATALOG_"
SCHEMES = {
    "provider_url": ("http", "https"),
    "redis_url": ("redis", "rediss"),
    "database_url": ("postgresql",),
    "alert_url": ("http", "https"),
}
MAY_BE_ZERO = ("backoff_first_s", "backoff_jitter_s", "sync_every_s")


class SettingsError(Exception):
    """An unusable setting; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One field per variable; names ending in `_s` are seconds. An empty alert_url means that alerts are only logged."""

    host: str = "127.0.0.1"
    port: int = 8080
    provider_url: str = "http://127.0.0.1:8081/v2.4"
    provider_key: str = ""
    redis_url: str = "redis://127.0.0.1:6379/0"
    database_url: str = "postgresql://catalog@127.0.0.1:5432/catalog"
    backup_file: str = "/var/lib/catalog/backup.json"
    keep_backup: bool = False
    alert_url: str = ""
    attempts: int = 4
    connect_timeout_s: float = 2.0
    read_timeout_s: float = 10.0
    backoff_first_s: float = 0.5
    backoff_cap_s: float = 8.0
    backoff_jitter_s: float = 0.5
    patience_s: float = 2.0
    fresh_for_s: float = 300.0
    recheck_after_s: float = 15.0
    cache_life_days: float = 30.0
    sync_every_s: float = 3600.0
    cache_timeout_s: float = 0.5
    database_timeout_s: float = 3.0
    lock_lease_s: float = 15.0

    @property
    def cache_life(self) -> timedelta:
        return timedelta(days=self.cache_life_days)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The defaults, overridden by CATALOG_*. Raises `SettingsError` for the first invalid value."""
    given: dict[str, object] = {}
    for field in fields(Settings):
        text = environment.get(PREFIX + field.name.upper())
        if text is not None:
            given[field.name] = _read(field.name, field.type, text.strip())
    return Settings(**given)  # type: ignore[arg-type]


def _read(name: str, kind: object, text: str) -> object:
    if kind is int:
        return _whole(name, text)
    if kind is float:
        return _number(name, text)
    if kind is bool:
        return _yes(name, text)
    if name in SCHEMES and (text or name != "alert_url"):
        _check_url(name, text)
    return text


def _whole(name: str, text: str) -> int:
    highest = 65535 if name == "port" else 100
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= highest):
        raise SettingsError(f"{_variable(name)} is {text!r}; say a whole number from 1 to {highest}")
    return int(text)


def _yes(name: str, text: str) -> bool:
    if text not in ("yes", "no"):
        raise SettingsError(f"{_variable(name)} is {text!r}; say yes or no")
    return text == "yes"


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    smallest = "0 or more" if name in MAY_BE_ZERO else "more than 0"
    # a year in seconds; as days, within the range of a date
    if not math.isfinite(number) or not 0 <= number <= 366 * 86400 or (number == 0 and name not in MAY_BE_ZERO):
        raise SettingsError(f"{_variable(name)} is {text!r}; say a number, {smallest}")
    if name == "cache_life_days" and number > 36500:
        raise SettingsError(f"{_variable(name)} is {text!r}; say at most 36500 days")
    return number


def _check_url(name: str, text: str) -> None:
    expected = f"say an address such as {SCHEMES[name][0]}://host:port/..."
    try:
        parts = urlsplit(text)
        valid = parts.scheme in SCHEMES[name] and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        # the text may hold a password, so it is not repeated
        raise SettingsError(f"{_variable(name)} is not a usable address; {expected}")


def _variable(name: str) -> str:
    return PREFIX + name.upper()
