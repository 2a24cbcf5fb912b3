"""Reads settings from environment variables named TASKS_*, for the server and for the client."""

import math
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import urlsplit

LONGEST_S = 86_400.0
Setting = TypeVar("Setting")


class Variables:
    """Reads one variable after another, and keeps a sentence for each that is wrong."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.mistakes: list[str] = []

    def read(self, name: str, default: Setting, parse: Callable[[str], Setting]) -> Setting:
        """The value of TASKS_*name*; *default* if it is empty or missing.

        *parse* raises `ValueError`, whose message says what is expected. Values are not repeated: they may be secrets.
        """
        text = self._environment.get(f"TASKS_{name}", "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as expected:
            self.mistakes.append(f"TASKS_{name} is not valid: say {expected}.")
            return default


def whole(lowest: int, highest: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and lowest <= int(text) <= highest):
            raise ValueError(f"a whole number from {lowest} to {highest}")
        return int(text)

    return parse


def seconds(text: str) -> float:
    number = _number(text)
    if not 0 < number <= LONGEST_S:
        raise ValueError(f"a number of seconds above 0, at most {LONGEST_S:g}")
    return number


def seconds_or_none(text: str) -> float:
    number = _number(text)
    if not 0 <= number <= LONGEST_S:
        raise ValueError(f"a number of seconds from 0 to {LONGEST_S:g}")
    return number


def http_address(text: str) -> str:
    """Without a slash at its end."""
    try:
        parts = urlsplit(text)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or parts.query or parts.fragment:
        raise ValueError("an address such as http://host:port")
    return text.rstrip("/")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
