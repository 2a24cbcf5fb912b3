"""Words (typed placeholders) of the assistant's sentences."""

import json
import re
from typing import Any

from support.behave_runtime.gherkin import word
from support.systems.assistant.actors.program import KEYS
from support.systems.assistant.actors.wrong_configurations import BODIES
from support.systems.assistant.actors.wrong_requests import REQUESTS
from support.systems.assistant.like_texts import LIKE_TEXTS
from support.systems.assistant.observers.alerts import Problem
from support.systems.assistant.observers.audit_file import TAMPERINGS, Tampering
from support.systems.assistant.observers.store import DAMAGES
from support.systems.assistant.operations import NAMES

_KNOWN = "|".join(sorted(NAMES, key=len, reverse=True))


@word("Operation", rf'{_KNOWN}|"[a-z0-9_]+"')
def operation(text: str) -> str:
    """The name in the API. An operation that was registered at run time goes by that, between quotes."""
    return NAMES.get(text, text.strip('"'))


@word("Source", "live|cached|fallback")
def source(text: str) -> str:
    """Where an answer came from, as the API says it."""
    return text


@word("Failures", r"[a-z_]+(?:, [a-z_]+)*")
def failures(text: str) -> list[str]:
    """The kinds of failed attempts, in order, as the API names them; "none" for none."""
    return [] if text == "none" else text.split(", ")


@word("Likeness", "|".join(LIKE_TEXTS))
def likeness(text: str) -> str:
    """How two texts are alike."""
    return text


@word("Damage", "|".join(DAMAGES))
def damage(text: str) -> str:
    """What has become of a stored answer."""
    return text


BREAKERS = {"is used": "closed", "is tested": "half_open", "is not used": "open"}


@word("BreakerState", "|".join(BREAKERS))
def breaker_state(text: str) -> str:
    """Whether the AI service is used for an operation: the state of its breaker, as the API says it."""
    return BREAKERS[text]


@word("Admin", "an administrator|Ana|Ben")
def admin(text: str) -> str:
    """The name by which the assistant knows the administrator."""
    return "ana" if text == "an administrator" else text.lower()


@word("Name", r"\w+")
def name(text: str) -> str:
    """One word: the name of an environment, a variable, a preset."""
    return text


@word("Field", r"[a-z_]+(?:\.[a-z0-9_]+)*")
def field(text: str) -> str:
    """A field of the configuration, by its path: operations.qa.retry.attempts."""
    return text


@word("Value", r'-?\d[\d.e]*|true|false|null|"[^"]*"')
def value(text: str) -> Any:
    """A single value as it stands in JSON."""
    return json.loads(text)


@word("Body", "|".join(f"(?:a configuration )?{re.escape(one)}".replace("\\ ", " ") for one in BODIES))
def body(text: str) -> bytes:
    """What is sent as a configuration, or stands in its file."""
    return BODIES[text.removeprefix("a configuration ")]


@word("Request", "|".join(REQUESTS))
def request(text: str) -> bytes:
    """What a program sends to be processed."""
    return REQUESTS[text]


@word("Key", "|".join(KEYS))
def key(text: str) -> str:
    """The key that a program shows; empty for none."""
    return KEYS[text]


@word("Tampering", "|".join(TAMPERINGS))
def tampering(text: str) -> Tampering:
    """What somebody does to the file of the audit trail."""
    return TAMPERINGS[text]


@word("Variables", r'"[A-Z_]+=[^"]*"')
def variables(text: str) -> dict[str, str]:
    """Environment variables: "A=1, B=2"; the value may be empty."""
    pairs = (one.split("=", 1) for one in text.strip('"').split(", "))
    return dict(pairs)


PROBLEMS = {
    "the AI service is no longer used for {}": "breaker_open",
    "too many requests for {} fail": "failure_rate",
    "requests for {} are slow": "slow_requests",
    '"{}" has become slower': "regression",
    "the AI service refuses us": "ai_service_refuses_us",
}
_NAME = rf"{_KNOWN}|[a-z_]+"  # of an operation, or of a benchmark
_PROBLEMS = {re.compile(text.format(rf"({_NAME})")): kind for text, kind in PROBLEMS.items()}


@word("Problem", "|".join(text.format(f"(?:{_NAME})") for text in PROBLEMS))
def problem(text: str) -> Problem:
    """What the on-call engineers are alerted of."""
    found = ((pattern.fullmatch(text), kind) for pattern, kind in _PROBLEMS.items())
    return next(Problem(kind, *map(operation, match.groups())) for match, kind in found if match)


@word("Benchmarks", r'"[a-z_]+(?:, [a-z_]+)*"')
def benchmarks(text: str) -> list[str]:
    """The names of benchmarks, as the contract has them."""
    return text.strip('"').split(", ")
