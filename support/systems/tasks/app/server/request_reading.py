"""What a request says, checked; all mistakes of one request are found at once."""

import re
from collections import Counter
from collections.abc import Mapping
from types import TracebackType
from typing import Annotated, Any, Self, TypeVar

from pydantic import BeforeValidator, Field, ValidationError
from starlette.requests import ClientDisconnect, HTTPConnection, Request

from support.systems.tasks.app.server.core import Intention, TaskError
from support.systems.tasks.app.server.json_text import UnreadableError, read_object
from support.systems.tasks.app.server.model import MOST_CHANGES, Key, Model, Repository, Status

LARGEST_BODY = 4_000_000
LARGEST_DROPPED = 16_000_000
LARGEST_NUMBER = 10**15 - 1
MOST_LISTED = 1_000
CLIENT_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
IF_MATCH = re.compile(r'"([0-9]{1,15})"')
M = TypeVar("M", bound=Model)


def _whole(text: object) -> object:
    """Query parameters are text; what is no whole number stays as it is, and is refused."""
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 15 else text


Number = Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]
Limit = Annotated[int, Field(ge=1, le=MOST_LISTED), BeforeValidator(_whole)]


class OfRepository(Model):
    repository: Repository


class Listing(Model):
    repository: Repository
    status: Annotated[Status | None, Field(strict=False)] = None
    limit: Limit = 100
    after: str | None = None


class Following(Model):
    repository: Repository
    since: Annotated[Number, BeforeValidator(_whole)] = 0
    limit: Limit = 100


class Batch(Model):
    repository: Repository
    since: Number
    changes: Annotated[list[dict[str, Any]], Field(max_length=MOST_CHANGES)]


class _Keyed(Model):
    key: Annotated[Key | None, Field(alias="Idempotency-Key")] = None


class Reading:
    """Collects the mistakes of one request; leaving the `with` raises them as one `TaskError` 422.

    What is read wrongly gives an empty value, which is never used: it does not get past the end of the `with`.
    """

    def __init__(self) -> None:
        self._mistakes: list[dict[str, str]] = []

    def model(self, model: type[M], fields: Mapping[str, Any]) -> M:
        try:
            return model.model_validate(fields)
        except ValidationError as error:
            self._mistakes.extend(mistakes_of(error))
            return model.model_construct()

    def query(self, model: type[M], request: Request) -> M:
        given = request.query_params.multi_items()
        times = Counter(name for name, _ in given)
        self._mistakes += [_mistake(name, "it is given twice") for name in times if times[name] > 1]
        return self.model(model, dict(given))

    def intention(self, request: Request) -> Intention:
        given = request.headers.getlist("Idempotency-Key")
        keyed = self.model(_Keyed, {"Idempotency-Key": ", ".join(given)} if given else {})
        return Intention(request.state.client, keyed.key or "")

    def base_version(self, request: Request) -> int:
        found = IF_MATCH.fullmatch(request.headers["If-Match"])
        if not found:
            self._mistakes.append(_mistake("If-Match", 'it must be a version in quotation marks, such as "3"'))
            return 0
        return int(found[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if self._mistakes and kind is None:
            raise invalid(self._mistakes)


def invalid(mistakes: list[dict[str, str]]) -> TaskError:
    return TaskError(422, "invalid_request", "The request has mistakes; see errors.", errors=mistakes)


def mistakes_of(error: ValidationError) -> list[dict[str, str]]:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [_mistake(".".join(map(str, one["loc"])), one["msg"]) for one in found]


def _mistake(field: str, message: str) -> dict[str, str]:
    return {"field": field, "message": message}


async def read_body_object(request: Request) -> dict[str, Any]:
    """Raises `TaskError` 400 or 413."""
    try:
        return read_object(await _read_body(request))
    except UnreadableError as error:
        raise TaskError(400, "malformed_request", f"The body cannot be read: {error}.") from None


async def _read_body(request: Request) -> bytes:
    """A body that is too large is read to its end, and dropped: a sender that is still writing would not see the answer."""
    parts, size = [], 0
    try:
        async for part in request.stream():
            size += len(part)
            if size <= LARGEST_BODY:
                parts.append(part)
            if size > LARGEST_DROPPED:
                break
    except ClientDisconnect:
        raise UnreadableError("it ends too early") from None
    if size > LARGEST_BODY:
        raise TaskError(413, "too_large", f"The body is larger than {LARGEST_BODY:,} bytes.")
    return b"".join(parts)


def need_version(request: Request) -> None:
    """Raises `TaskError` 428."""
    if "If-Match" not in request.headers:
        message = 'If-Match is missing: say the version that you have seen, such as "3".'
        raise TaskError(428, "version_required", message)


def client_of(connection: HTTPConnection) -> str:
    """Whose request it is: its Client-Id, else its address (after an @, which no Client-Id has). Raises `TaskError` 422."""
    given = connection.headers.get("Client-Id")
    if given is None:
        return f"@{connection.client.host if connection.client else 'unknown'}"
    if not CLIENT_ID.fullmatch(given):
        raise invalid([_mistake("Client-Id", "1 to 64 letters, digits, -, _ or .")])
    return given
