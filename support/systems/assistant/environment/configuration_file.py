"""The configuration with which the assistant starts in every scenario: the limits in the features follow from it (contract.md)."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Configuration = Mapping[str, Any]

SHORT_TIMES: Configuration = {
    "preset": "simple",
    "default": {
        "retry": {
            "attempts": 3,
            "backoff_first_s": 0.05,
            "backoff_cap_s": 0.2,
            "jitter_s": 0.05,
            "attempt_timeout_s": 0.4,
            "deadline_s": 1.5,
        },
        "breaker": {"failures": 5, "open_s": 0.5, "probes": 2, "minimum_calls": 5, "slow_call_s": 0.3},
    },
    "alerts": {"minimum_requests": 10, "window_s": 2},
}


def changed(**sections: Mapping[str, Any]) -> Configuration:
    """The same with other values in `retry`, `breaker` or `bulkhead` of every operation: changed(retry={"attempts": 1})."""
    default = {
        name: {**SHORT_TIMES["default"].get(name, {}), **sections.get(name, {})}
        for name in (*SHORT_TIMES["default"], *sections)
    }
    return {**SHORT_TIMES, "default": default}


def write(path: Path, configuration: Configuration) -> None:
    path.write_text(json.dumps(configuration))
