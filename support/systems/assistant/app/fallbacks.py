"""Answers made without the AI service, from the text itself. Each says what it is."""

import re
from collections.abc import Callable

from support.systems.assistant.app.model import Work

SENTENCES = 2
POINTS = 3
SHOWN = 200
_sentence_end = re.compile(r"(?<=[.!?])\s+")


def fallback(work: Work) -> str:
    """A text for the person who asked: what is the matter, and what can be had meanwhile."""
    return _BY_OPERATION.get(work.operation, _other)(work)


def _sentences(text: str, count: int) -> list[str]:
    found = [sentence.strip() for sentence in _sentence_end.split(text) if sentence.strip()]
    return [sentence if len(sentence) <= SHOWN else f"{sentence[:SHOWN].rstrip()}..." for sentence in found[:count]]


def _summarize(work: Work) -> str:
    beginning = " ".join(_sentences(work.text, SENTENCES))
    return f"A summary cannot be written at the moment. The text begins: {beginning}"


def _sentiment(_: Work) -> str:
    return "The sentiment cannot be assessed at the moment; please do not read this as neutral. Try again shortly."


def _key_points(work: Work) -> str:
    points = "\n".join(f"- {sentence}" for sentence in _sentences(work.text, POINTS))
    return f"Key points cannot be chosen at the moment. The first sentences of the text are:\n{points}"


def _questions(_: Work) -> str:
    return (
        "Questions about this text cannot be written at the moment. Some that fit most texts:\n"
        "- What is the main point?\n- What supports it?\n- What follows from it?"
    )


def _qa(_: Work) -> str:
    return "Your question cannot be answered at the moment. Please try again shortly; the text has not been read."


def _other(_: Work) -> str:
    return "This cannot be done at the moment. Please try again shortly."


_BY_OPERATION: dict[str, Callable[[Work], str]] = {
    "summarize": _summarize,
    "sentiment": _sentiment,
    "key_points": _key_points,
    "questions": _questions,
    "qa": _qa,
}
