"""Words (typed placeholders) of the assistant's sentences."""

from support.behave_runtime.gherkin import word
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


BREAKERS = {"is used": "closed", "is tested": "half_open", "is not used": "open"}


@word("BreakerState", "|".join(BREAKERS))
def breaker_state(text: str) -> str:
    """Whether the AI service is used for an operation: the state of its breaker, as the API says it."""
    return BREAKERS[text]
