"""What people ask the assistant for, as the features call it and as its API does."""

from enum import Enum


class Operation(Enum):
    """The operations that are there from the start."""

    SUMMARIES = "summaries"
    SENTIMENTS = "sentiments"
    KEY_POINTS = "key points"
    QUESTIONS = "questions"
    ANSWERS = "answers to questions"

    @property
    def api(self) -> str:
        return _API[self]


_API = {
    Operation.SUMMARIES: "summarize",
    Operation.SENTIMENTS: "sentiment",
    Operation.KEY_POINTS: "key_points",
    Operation.QUESTIONS: "questions",
    Operation.ANSWERS: "qa",
}
ALL = [one.api for one in Operation]
ONE = {"a summary": "summarize", "a sentiment": "sentiment", "an answer to a question": "qa"}
NAMES = {one.value: one.api for one in Operation} | ONE
"""The words of the features, one and many, and the names in the API."""
