"""Mistakes with requests that cannot be served, and with keys."""

import os
import re
import traceback
from collections.abc import Collection
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from support.systems.assistant.app import json_reading, process, request_reading, responses, web
from support.systems.assistant.app.keys import KeyRing
from support.systems.assistant.app.model import Work
from support.systems.assistant.app.process import Process
from support.systems.assistant.app.request_reading import Asked
from support.systems.assistant.app.responses import ApiError
from support.systems.patched_variants import Patch, breaks


@breaks("RES-EXC-3", spills=("RES-PIPE-6", "RES-CONC-1"))
def calls_requests_as_it_likes(patch: Patch) -> None:
    """The name that a program gives its request is not used, so that nobody can follow it from there."""
    patch(web, "REQUEST_ID", re.compile("(?!)"))


@breaks("RES-EXC-3")
def takes_any_name_for_a_request(patch: Patch) -> None:
    """Whatever stands in the header goes into the log and on to the AI service."""
    patch(web, "REQUEST_ID", re.compile(".*"))


@breaks("RES-MIGR-5")
def takes_unknown_operations_for_summaries(patch: Patch) -> None:
    """An operation that is not known is carried out as a summary."""
    sound = request_reading.read_request

    def read_request(body: bytes, operations: Collection[str]) -> Asked:
        try:
            return sound(body, operations)
        except ApiError as error:
            if [one["field"] for one in error.details.get("errors", ())] != ["operation"]:  # type: ignore[attr-defined]
                raise
            fields: Any = json_reading.read_json(body)
            return Asked(fields["text"], "summarize", fields.get("options", {}))

    patch(process, "read_request", read_request)


@breaks("RES-MIGR-5")
def counts_bytes_for_characters(patch: Patch) -> None:
    """The length of a text is counted in bytes, which other scripts need more of."""
    sound = request_reading._text_mistakes

    def mistakes(field: Any, value: Any, longest: int) -> Any:
        counted = "a" * len(value.encode(errors="replace")) if isinstance(value, str) and value.isprintable() else value
        return sound(field, counted, longest)

    patch(request_reading, "_text_mistakes", mistakes)


@breaks("RES-MIGR-5")
def cuts_long_texts_off(patch: Patch) -> None:
    """Of a text that is too long, people are served the first part, and not told."""
    sound = json_reading.read_json

    def read_json(body: bytes) -> object:
        fields = sound(body)
        if isinstance(fields, dict) and isinstance(fields.get("text"), str):
            fields["text"] = fields["text"][: request_reading.LONGEST_TEXT]
        return fields

    patch(request_reading, "read_json", read_json)


@breaks("RES-MIGR-5")
def passes_over_unknown_fields(patch: Patch) -> None:
    """A field that is misspelt is passed over, and whoever wrote it waits for its effect."""
    sound = json_reading.read_json

    def read_json(body: bytes) -> object:
        fields = sound(body)
        known = request_reading.FIELDS
        return {name: fields[name] for name in known if name in fields} if isinstance(fields, dict) else fields

    patch(request_reading, "read_json", read_json)


@breaks("RES-MIGR-5")
def explains_a_refusal_with_its_code(patch: Patch) -> None:
    """A refusal shows where in the program it came about."""
    sound = responses.error_response

    def respond(request: Request, error: ApiError) -> Response:
        where = "".join(traceback.format_exception(error))
        return sound(request, ApiError(error.status, error.error, where, headers=error.headers, **error.details))

    patch(web, "error_response", respond)


@breaks("RES-MIGR-5")
def one_key_opens_everything(patch: Patch) -> None:
    """The administration takes the keys of people too, and the other way round."""
    sound, keys = KeyRing.__init__, dict[str, str]()

    def init(self: KeyRing, own: Any) -> None:
        keys.update(own)
        sound(self, keys)

    patch(KeyRing, "__init__", init)


@breaks("RES-MIGR-5")
def compares_the_beginning_of_a_key(patch: Patch) -> None:
    """A key is right if the right key begins like it."""

    def owner(self: KeyRing, given: str) -> str | None:
        return next((name for name, key in self._keys.items() if given and key.startswith(given.encode())), None)

    patch(KeyRing, "owner", owner)


@breaks("RES-EXC-4")
def a_wrong_body_ends_the_process(patch: Patch) -> None:
    """What is nested too deeply is not foreseen, and ends the process."""

    async def read_body(request: Request) -> bytes:
        body = await sound(request)
        if body.startswith(b"[[[["):
            os._exit(1)
        return body

    sound = responses.read_body
    patch(process, "read_body", read_body)


@breaks("RES-MIGR-5")
def tells_people_one_mistake_at_a_time(patch: Patch) -> None:
    """Of a request with several mistakes, the first is told."""
    sound = request_reading._mistakes
    patch(request_reading, "_mistakes", lambda *arguments: islice(sound(*arguments), 1))


@breaks("RES-MIGR-5")
def serves_before_it_checks(patch: Patch) -> None:
    """A request is sent to the AI service at once, and looked at while it is answered."""
    sound = Process.answer

    async def answer(self: Process, request: Request) -> Response:
        try:
            return await sound(self, request)
        except ApiError:
            work = Work(responses.request_id(request), request.state.who, "summarize", "whatever was sent")
            await self._orchestrator.answer(work, self._current().operations["summarize"])
            raise

    patch(Process, "answer", answer)
