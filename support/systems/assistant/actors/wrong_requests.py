"""Requests that cannot be served, and some that only look so, by the words of the features."""

import json
from collections.abc import Mapping
from typing import Any

LONGEST_TEXT = 20_000  # characters
LARGEST_BYTES = 100_000
TEXT = "The parcel arrived on Tuesday."


def request(**changes: Any) -> bytes:
    """A good one with *changes*; what is None is left out."""
    fields = {"text": TEXT, "operation": "summarize", **changes}
    return json.dumps({name: value for name, value in fields.items() if value is not None}, ensure_ascii=False).encode()


LONGEST = request(text="好" * LONGEST_TEXT)
MALFORMED: Mapping[str, bytes] = {
    "a request that ends early": request()[:-2],
    "a list of requests": b"[" + request() + b"]",
    "a request with two texts": b'{"text": "One.", "text": "Two.", "operation": "summarize"}',
    "bytes that are no text": request(text="?").replace(b"?", b"\xff\xfe"),
    "a request of 100,001 bytes": request().ljust(LARGEST_BYTES + 1),
    "a request that is nested 40,000 levels deep": b"[" * 40_000 + b"]" * 40_000,
}
INVALID: Mapping[str, bytes] = {
    "a request without text": request(text=None),
    "a request with an empty text": request(text=""),
    "a request with a text of 20,001 characters": request(text="a" * (LONGEST_TEXT + 1)),
    "a request with a number for a text": request(text=20),
    "a request with half a character": b'{"text": "Thanks \\ud83d", "operation": "summarize"}',
    "a request for an unknown operation": request(operation="translate"),
    "a request with a list for an operation": request(operation=["summarize"]),
    "a request with an unknown field": request(colour="red"),
    "a request with a list for options": request(options=["question"]),
    "a request for an answer without a question": request(operation="qa"),
    "a request with three mistakes": request(text="", operation="translate", colour="red"),
}
WRONG = {**MALFORMED, **INVALID}
REQUESTS: Mapping[str, bytes] = {**WRONG, "a request with a text of 20,000 Chinese characters": LONGEST}
