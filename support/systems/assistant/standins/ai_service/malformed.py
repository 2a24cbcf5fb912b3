"""The AI service's own malformed answers: JSON that is well-formed and no answer."""

from typing import Any

import msgspec

from support.standins.script import ChangedBody


class _Changed(ChangedBody, frozen=True):
    def change(self, good: bytes) -> bytes:
        answer = msgspec.json.decode(good)
        return msgspec.json.encode(self.changed(answer))

    def changed(self, answer: Any) -> Any:
        raise NotImplementedError


class NoChoices(_Changed, tag="no_choices", frozen=True):
    def changed(self, answer: Any) -> Any:
        return answer | {"choices": []}


class EmptyText(_Changed, tag="empty_text", frozen=True):
    def changed(self, answer: Any) -> Any:
        answer["choices"][0]["message"]["content"] = ""
        return answer


class WrongType(_Changed, tag="wrong_type", frozen=True):
    """A number and a list where there should be text."""

    def changed(self, answer: Any) -> Any:
        answer["choices"][0]["message"]["content"] = [len(answer["choices"][0]["message"]["content"])]
        return answer


class Unfinished(_Changed, tag="unfinished", frozen=True):
    """A filter has stopped the answer: its text is not what was asked for."""

    def changed(self, answer: Any) -> Any:
        answer["choices"][0]["finish_reason"] = "content_filter"
        return answer


class OtherShape(_Changed, tag="other_shape", frozen=True):
    """What is inside the envelope, without it."""

    def changed(self, answer: Any) -> Any:
        return answer["choices"]


class ErrorInside(_Changed, tag="error_inside", frozen=True):
    """An error that a gateway has given the status 200."""

    def changed(self, answer: Any) -> Any:
        return {"error": {"message": "the model is overloaded", "type": "server_error", "id": answer["id"]}}
