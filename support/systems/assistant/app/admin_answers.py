"""Reading requests to the administration, and its refusals as answers."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from support.systems.assistant.app.configuration_store import NothingSetError, NotStoredError, OtherVersionError
from support.systems.assistant.app.json_reading import TooDeepError, UnreadableError, read_json
from support.systems.assistant.app.mistakes import ConfigurationError, Mistake, mistake
from support.systems.assistant.app.responses import ApiError, read_body
from support.systems.assistant.app.text_checks import DEEPEST

Handler = Callable[[Request], Awaitable[Response]]


def invalid_configuration(mistakes: Iterable[Mistake]) -> ApiError:
    message = "The configuration was not applied. Correct what is named in errors."
    return ApiError(422, "invalid_configuration", message, errors=[wrong.told() for wrong in mistakes])


def invalid_request(*mistakes: Mistake) -> ApiError:
    message = "Correct what is named in errors."
    return ApiError(422, "invalid_request", message, errors=[wrong.told() for wrong in mistakes])


async def read_object(request: Request) -> dict[str, Any]:
    """The body, which has to be a JSON object. Raises `ApiError`: 400, 413, or 422 if it is nested too deeply."""
    try:
        value = read_json(await read_body(request))
    except TooDeepError as error:
        wrong = mistake((), {}, str(error), f"nest {DEEPEST} levels at most")
        raise invalid_configuration([wrong]) from None
    except UnreadableError as error:
        raise ApiError(400, "malformed_request", f"The body cannot be read: {error}.") from None
    if not isinstance(value, dict):
        raise ApiError(400, "malformed_request", "The body is no JSON object.")
    return value


def admin_route(path: str, **handlers: Handler) -> Route:
    """One endpoint for all methods of *path*, so that a 405 names them all; what the handlers refuse becomes an answer."""

    async def answer(request: Request) -> Response:
        try:
            return await handlers["GET" if request.method == "HEAD" else request.method](request)
        except ConfigurationError as error:
            raise invalid_configuration(error.mistakes) from None
        except OtherVersionError:
            message = "The configuration has been changed in the meantime. Read it again, and repeat the change."
            raise ApiError(412, "other_version", message) from None
        except NothingSetError:
            raise ApiError(404, "nothing_set", "Nothing was set for this operation at run time.") from None
        except NotStoredError:
            message = "The change could not be stored, and was not applied. Please try again shortly."
            raise ApiError(503, "not_stored", message) from None
        except OSError:
            message = "What is kept on the disk cannot be read or written at the moment. Please try again shortly."
            raise ApiError(503, "disk_unusable", message) from None

    return Route(f"/v1/admin/{path}", answer, methods=list(handlers))
