"""Mistakes in the shape of a configuration: unknown fields, wrong types, values outside the fixed ranges; in people's words."""

from collections.abc import Iterator, Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from support.systems.assistant.app.configuration_document import DOCUMENT
from support.systems.assistant.app.mistakes import Location, Mistake, mistake

WORDS: Mapping[str, tuple[str, str]] = {
    "extra_forbidden": ("there is no such field", "remove it, or correct its name"),
    "int_type": ("it is no whole number", "write a whole number, without quotes"),
    "int_from_float": ("it is no whole number", "write a whole number, without quotes"),
    "float_type": ("it is no number", "write a number, without quotes"),
    "finite_number": ("it is no finite number", "write a smaller number"),
    "string_type": ("it is no text", "write a text in quotes"),
    "dict_type": ("it is no object", "write an object in braces, such as {{}}"),
    "literal_error": ("it is not known", "choose {expected}"),
    "greater_than_equal": ("it is too low", "choose {ge:g} or more"),
    "less_than_equal": ("it is too high", "choose {le:g} or less"),
    "string_too_short": ("it is empty", "write a text, or leave it out"),
    "string_too_long": ("it is too long", "write {max_length} characters at most"),
    "too_long": ("there are too many", "keep {max_length} at most"),
}


def check_shape(raw: object) -> Iterator[tuple[Location, Mistake]]:
    """Every mistake with its location."""
    try:
        DOCUMENT.validate_python(raw)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            yield details["loc"], _told(details)


def _told(details: ErrorDetails) -> Mistake:
    place, value = details["loc"], details["input"]
    if details["type"] not in WORDS:
        return mistake(place, value, details["msg"], "correct it as openapi.yaml describes")
    message, remedy = (words.format(**details.get("ctx", {})) for words in WORDS[details["type"]])
    return mistake(place, value, message, remedy)
