"""The configuration with which the assistant starts in every scenario: the limits in the features follow from it (contract.md)."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Configuration = dict[str, Any]

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
    "rate_limit": {"per_minute": 10000},
    "alerts": {"minimum_requests": 10, "window_s": 2},
}


def changed(configuration: Configuration, **sections: Mapping[str, Any]) -> Configuration:
    """*configuration* with other values in `retry`, `breaker` or `bulkhead` of every operation."""
    default = configuration["default"]
    return {
        **configuration,
        "default": default | {name: default.get(name, {}) | more for name, more in sections.items()},
    }


def write(path: Path, configuration: Configuration) -> None:
    path.write_text(json.dumps(configuration))
