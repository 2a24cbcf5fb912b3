"""The 15 variables by which the assistant was configured before there were presets, each with a value of its own."""

from collections.abc import Mapping

ALL_FIFTEEN: Mapping[str, str] = {
    "RETRY_MAX_ATTEMPTS": "2",
    "RETRY_EXPONENTIAL_MULTIPLIER": "2",
    "RETRY_EXPONENTIAL_MIN": "0.25",
    "RETRY_EXPONENTIAL_MAX": "8",
    "RETRY_JITTER_ENABLED": "true",
    "RETRY_JITTER_MAX": "0.75",
    "CIRCUIT_BREAKER_ENABLED": "true",
    "CIRCUIT_BREAKER_FAILURE_THRESHOLD": "6",
    "CIRCUIT_BREAKER_RECOVERY_TIMEOUT": "45",
    "DEFAULT_RESILIENCE_STRATEGY": "conservative",
    "SUMMARIZE_RESILIENCE_STRATEGY": "balanced",
    "SENTIMENT_RESILIENCE_STRATEGY": "aggressive",
    "KEY_POINTS_RESILIENCE_STRATEGY": "balanced",
    "QUESTIONS_RESILIENCE_STRATEGY": "conservative",
    "QA_RESILIENCE_STRATEGY": "critical",
}
