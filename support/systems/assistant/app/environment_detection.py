"""Which environment the service runs in, how certain that is, and the preset that suits it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

NAMES: Mapping[str, str] = {
    "production": "production",
    "prod": "production",
    "staging": "staging",
    "stage": "staging",
    "development": "development",
    "dev": "development",
    "local": "development",
    "testing": "testing",
    "test": "testing",
    "ci": "testing",
}
PRESET_OF: Mapping[str, str] = {
    "production": "production",
    "staging": "production",
    "development": "development",
    "testing": "development",
    "unknown": "simple",
}
NAMED_BY = (("ASSISTANT_ENVIRONMENT", 1.0), ("ENVIRONMENT", 0.95), ("APP_ENV", 0.9))
IN_HOST_NAME = re.compile(r"(?<![a-z])(prod|staging|dev)(?![a-z])")
TRUE = {"1", "true", "yes", "on"}


@dataclass(frozen=True, slots=True)
class Detected:
    """*confidence* is from 0 to 1; *reason* is a sentence."""

    environment: str
    confidence: float
    reason: str

    @property
    def preset(self) -> str:
        return PRESET_OF[self.environment]


def detect(variables: Mapping[str, str]) -> Detected:
    """The first variable that is set decides; a name that is not known makes the environment unknown."""
    for variable, confidence in NAMED_BY:
        given = variables.get(variable, "").strip()
        if given:
            name = NAMES.get(given.lower())
            if name is None:
                return Detected("unknown", 0.0, f"{variable} names no environment that is known.")
            return Detected(name, confidence, f"{variable} is {given}.")
    if variables.get("DEBUG", "").strip().lower() in TRUE:
        return Detected("development", 0.7, "DEBUG is switched on.")
    if variables.get("KUBERNETES_SERVICE_HOST"):
        return Detected("production", 0.6, "KUBERNETES_SERVICE_HOST is set: the service runs in a cluster.")
    word = IN_HOST_NAME.search(variables.get("HOSTNAME", "").lower())
    if word:
        return Detected(NAMES[word[1]], 0.5, f"HOSTNAME contains {word[1]}.")
    return Detected("unknown", 0.0, "No variable tells the environment.")
