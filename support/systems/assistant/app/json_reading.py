"""Strict reading of JSON that comes from outside: bounded in size, without duplicate names, NaN or Infinity."""

import json
from typing import NoReturn

LARGEST_BYTES = 100_000


class UnreadableError(Exception):
    """No usable JSON; the message is a clause for people."""


class TooLargeError(UnreadableError):
    pass


class TooDeepError(UnreadableError):
    pass


def read_json(text: bytes) -> object:
    """The value of *text*. Raises `UnreadableError`."""
    if len(text) > LARGEST_BYTES:
        raise TooLargeError(f"it has more than {LARGEST_BYTES:,} bytes")
    try:
        return json.loads(text.decode(), parse_constant=_no_constant, object_pairs_hook=_unique)
    except UnicodeDecodeError:
        raise UnreadableError("it is no UTF-8 text") from None
    except RecursionError:
        raise TooDeepError("it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise UnreadableError(f"it is no JSON: {error.msg} in line {error.lineno}, column {error.colno}") from None
    except ValueError:  # a whole number with thousands of digits
        raise UnreadableError("it holds a number that is too long") from None


def _no_constant(name: str) -> NoReturn:
    raise UnreadableError(f"it is no JSON: {name} is no number")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise UnreadableError("a name stands twice in one of its objects")
    return found
