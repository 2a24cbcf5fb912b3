"""JSON that comes from outside, read strictly; and JSON for the answers."""

import json
from typing import Any, NoReturn

from pydantic import BaseModel


class UnreadableError(Exception):
    """No JSON object; the message is a clause for people."""


def read_object(text: bytes | str) -> dict[str, Any]:
    """The object in *text*. Raises `UnreadableError`, also for NaN and Infinity, which are no JSON."""
    try:
        found = json.loads(text if isinstance(text, str) else text.decode(), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise UnreadableError("it is not UTF-8") from None
    except RecursionError:
        raise UnreadableError("it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise UnreadableError(f"it is no JSON: {error.msg} in line {error.lineno}, column {error.colno}") from None
    except ValueError:  # a whole number with thousands of digits
        raise UnreadableError("it holds a number that is too long") from None
    if not isinstance(found, dict):
        raise UnreadableError("it is no JSON object")
    return found


def write_json(body: object) -> bytes:
    """Models become what the contract shows. Half a character (a lone surrogate) stays an escape, which UTF-8 cannot hold."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain)
    return text.encode(errors="backslashreplace")


def _plain(value: object) -> dict[str, Any]:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"no JSON for {type(value)}")


def _no_constant(name: str) -> NoReturn:
    raise UnreadableError(f"it is no JSON: {name} is no number")
