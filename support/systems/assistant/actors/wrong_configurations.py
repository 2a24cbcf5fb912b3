"""Configurations that an administrator could send by mistake, or somebody else on purpose, by the words of the features."""

import json
from collections.abc import Mapping
from typing import Any

RIGHT: Mapping[str, Any] = {"preset": "simple", "operations": {"sentiment": {"retry": {"attempts": 1}}}}
THREE_MISTAKES: Mapping[str, Any] = {
    "preset": "simple",
    "default": {"strategy": "brave"},
    "operations": {"qa": {"retry": {"attempts": 99}}, "sentiment": {"retry": {"attempts": 1}}},
    "rate_limit": {"per_hour": 60},
}
LARGEST_BYTES = 100_000


def _operations(names: Mapping[str, object]) -> bytes:
    return json.dumps({"operations": names}).encode()


def _nested(levels: int) -> bytes:
    return b'{"default":' * levels + b"{}" + b"}" * levels


BODIES: Mapping[str, bytes] = {
    "right settings": json.dumps(RIGHT).encode(),
    "right settings together with three mistakes": json.dumps(THREE_MISTAKES).encode(),
    "a text that is not JSON": b"preset: simple",
    "of more than 100,000 bytes": json.dumps(RIGHT).encode().ljust(LARGEST_BYTES + 1),
    "that is nested 11 levels deep": _nested(11),
    "that is nested 16,000 levels deep": b'{"a":' * 16_000 + b"{}" + b"}" * 16_000,
    "in which a name stands twice": b'{"default": {"retry": {"attempts": 2, "attempts": 3}}}',
    "with a number that is none": b'{"default": {"retry": {"deadline_s": NaN}}}',
    "that is a list": b'[{"preset": "simple"}]',
    "that ends early": b'{"preset": "simple", "default": {',
    "with 101 operations": _operations({f"operation_{number}": {"prompt": "Answer."} for number in range(101)}),
    'with an operation called "../qa"': _operations({"../qa": {"prompt": "Answer."}}),
    "with a new operation without instruction": _operations({"translate": {"strategy": "balanced"}}),
}
