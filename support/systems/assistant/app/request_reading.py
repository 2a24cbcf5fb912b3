"""What a person asks for, read from the body of `POST /v1/process` and checked. All mistakes are found at once."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from support.systems.assistant.app.json_reading import UnreadableError, read_json
from support.systems.assistant.app.mistakes import Mistake, mistake
from support.systems.assistant.app.responses import ApiError

LONGEST_TEXT = 20_000
LONGEST_QUESTION = 1_000
QA = "qa"
FIELDS = ("text", "operation", "options")


@dataclass(frozen=True, slots=True)
class Asked:
    text: str
    operation: str
    options: Mapping[str, object]


def read_request(body: bytes, operations: Collection[str]) -> Asked:
    """The request in *body*. Raises `ApiError` 400 or 422; *operations* are those that are known."""
    try:
        fields = read_json(body)
    except UnreadableError as error:
        raise _malformed(f"The body cannot be read: {error}.") from None
    if not isinstance(fields, dict):
        raise _malformed("The body must be a JSON object with the fields text and operation.")
    mistakes = list(_mistakes(fields, operations))
    if mistakes:
        told = [found.told() for found in mistakes]
        raise ApiError(422, "invalid_request", "The request has mistakes; see errors.", errors=told)
    return Asked(fields["text"], fields["operation"], fields.get("options", {}))


def _mistakes(fields: Mapping[str, object], operations: Collection[str]) -> Iterator[Mistake]:
    for name in fields.keys() - set(FIELDS):
        yield mistake([name], fields[name], "this field is not known", f"leave it out; known are {', '.join(FIELDS)}")
    yield from _text_mistakes(["text"], fields.get("text"), LONGEST_TEXT)
    operation = fields.get("operation")
    if not (isinstance(operation, str) and operation in operations):
        known = ", ".join(sorted(operations))
        yield mistake(["operation"], operation, "this operation is not known", f"choose one of {known}")
    options = fields.get("options", {})
    if not isinstance(options, dict):
        yield mistake(["options"], options, "options must be an object", "leave it out or say {}")
        return
    known_options = ("question",) if operation == QA else ()
    for name in options.keys() - set(known_options):
        yield mistake(["options", name], options[name], "this option is not known", "leave it out")
    if operation == QA:
        yield from _text_mistakes(["options", "question"], options.get("question"), LONGEST_QUESTION)


def _text_mistakes(field: list[str | int], value: object, longest: int) -> Iterator[Mistake]:
    remedy = f"give a text of 1 to {longest:,} characters"
    if value is None:
        yield mistake(field, None, "it is missing", remedy)
    elif not isinstance(value, str):
        yield mistake(field, value, "it must be a text", remedy)
    elif not 1 <= len(value) <= longest:
        yield mistake(field, value, f"it has {len(value):,} characters", remedy)
    elif not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        yield mistake(field, "", "it holds half a character (a lone surrogate)", "send it as valid Unicode")


def _malformed(message: str) -> ApiError:
    return ApiError(400, "malformed_request", message)
