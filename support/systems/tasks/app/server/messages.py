"""Messages of the WebSocket, as `messages.yaml` has them; a wrong one closes the connection with its code."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError
from starlette.types import Message

from support.systems.tasks.app.server.json_text import UnreadableError, read_object, write_json
from support.systems.tasks.app.server.model import Event, Model, Repository
from support.systems.tasks.app.server.request_reading import Number

BINARY, NOT_JSON, WRONG_FIELD, TOO_SLOW, OTHER_VERSION, CRASHED = 1003, 1007, 1008, 1013, 4426, 1011
MOST_REASON_BYTES = 123  # of a close frame


class Subscribe(Model):
    type: Literal["subscribe"]
    repository: Repository
    since: Number | None = None


class Unsubscribe(Model):
    type: Literal["unsubscribe"]
    repository: Repository


class Ping(Model):
    type: Literal["ping"]


Incoming = Subscribe | Unsubscribe | Ping
_INCOMING: TypeAdapter[Incoming] = TypeAdapter(Annotated[Incoming, Field(discriminator="type")])


class CloseError(Exception):
    """The connection is to be closed, with this code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode(errors="replace")[:MOST_REASON_BYTES].decode(errors="ignore")


def read_message(message: Message) -> Incoming:
    """What a client says. Raises `CloseError`."""
    text = message.get("text")
    if text is None:
        raise CloseError(BINARY, "send text, not binary messages")
    try:
        return _INCOMING.validate_python(read_object(text))
    except UnreadableError as error:
        raise CloseError(NOT_JSON, str(error)) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"][1:])) or "type"
        raise CloseError(WRONG_FIELD, f"{field}: {first['msg']}") from None


def write_message(kind: str, /, **fields: Any) -> str:
    return write_json({"type": kind, **fields}).decode()


def write_event(event: Event) -> str:
    return write_message("event", **event.model_dump(mode="json"))
