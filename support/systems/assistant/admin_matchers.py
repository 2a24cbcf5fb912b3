"""Matchers for what the administration answers."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from hamcrest.core.matcher import Matcher

from support.core.described import described
from support.core.http_client import Response
from support.core.internals import internals

OK = 200
ANY = object()
PLACE = re.compile(r"\bline \d+(, column \d+)?")  # in what was sent, which is the sender's own


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


def an_error(field: str, *, value: object = ANY, advice: Sequence[str] = ()) -> Matcher[Any]:
    """Among the errors of an answer one about *field*: with its *value*, all words of *advice*, what is wrong, and a remedy."""

    def mismatch(answer: Response) -> str:
        about = [one for one in errors(answer) if one.get("field") == field]
        if not about:
            return told(answer)
        one = about[0]
        text = f"{one.get('message')}; {one.get('remedy')}".replace(",", "")
        missing = [word for word in advice if not re.search(rf"(?<![\w.]){re.escape(word)}(?:\.0)?(?!\w|\.\d)", text)]
        if missing:
            return f"the error about {field} does not say {', '.join(missing)}: {text}"
        if not (one.get("message") and one.get("remedy")):
            return f"the error about {field} does not say what is wrong and how to correct it: {one}"
        return "" if value in (ANY, one.get("value")) else f"the error about {field} has the value {one.get('value')!r}"

    wanted = "" if value is ANY else f", its value {value!r}"
    return described(f"an error about {field}{wanted}, and how to correct it {' '.join(advice)}".rstrip(), mismatch)


def errors_about(*fields: str) -> Matcher[Any]:
    """Errors about exactly these *fields*, each once."""

    def mismatch(answer: Response) -> str:
        found = sorted(str(one.get("field")) for one in errors(answer))
        return "" if found == sorted(fields) else f"errors about {', '.join(found) or 'nothing'}"

    return described(f"errors about {', '.join(fields)}", mismatch)


def errors(answer: Response) -> list[Mapping[str, Any]]:
    found = answer.body.get("errors")
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def shows_nothing_internal() -> Matcher[Any]:
    """A refusal with a sentence for its reader, and without addresses, paths, code."""

    def mismatch(answer: Response) -> str:
        if not str(answer.body.get("message", "")).strip():
            return told(answer)
        found = internals(PLACE.sub("", answer.text))
        return f"it shows {found}: {answer.text}" if found else ""

    return described("a sentence that says why, and nothing internal", mismatch)
