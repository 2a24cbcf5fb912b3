"""Matchers for what the administration answers."""

from typing import Any

from hamcrest.core.matcher import Matcher

from support.core.described import described
from support.core.http_client import Response

OK = 200


def told(answer: Response) -> str:
    return f"{answer.asked} was answered {answer.status or answer.error}: {answer.text}"


def accepted() -> Matcher[Any]:
    """An answer with a status of 200."""
    return described("that it is accepted", lambda answer: "" if answer.status == OK else told(answer))


def refused_with(status: int, error: str) -> Matcher[Any]:
    """An error of the API: its status and its name."""

    def mismatch(answer: Response) -> str:
        return "" if (answer.status, answer.body.get("error")) == (status, error) else told(answer)

    return described(f'a refusal with {status}, "{error}"', mismatch)
