"""The presets, and the operations that the service has from the start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from support.systems.assistant.app.model import AlertSettings

PROMPTS: Mapping[str, str] = MappingProxyType(
    {
        "summarize": "Summarize the user's text in a few sentences, in the language of the text.",
        "sentiment": "Say whether the user's text is positive, neutral or negative, and why, in one sentence.",
        "key_points": "List the key points of the user's text, one on each line, the most important first.",
        "questions": "Write questions that the user's text raises or leaves open, one on each line.",
        "qa": "Answer the user's question from the text alone. If the text does not answer it, say so.",
    }
)
PER_MINUTE = 600
ALERTS = AlertSettings(failure_rate=0.5, p95_s=5.0, minimum_requests=10, window_s=60.0, regression_times=1.5)


@dataclass(frozen=True, slots=True)
class Preset:
    """*strategy* is that of all operations which *operations* does not name."""

    summary: str
    strategy: str
    operations: Mapping[str, str] = field(default_factory=dict)


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "simple": Preset("The same moderate settings for everything.", "balanced"),
        "development": Preset("Errors show early: few attempts, short waits.", "aggressive"),
        "production": Preset(
            "Important work is tried longer, quick work is given up sooner.",
            "balanced",
            MappingProxyType({"qa": "critical", "sentiment": "aggressive", "summarize": "conservative"}),
        ),
    }
)
