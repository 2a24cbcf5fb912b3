"""Errors of the API, with the HTTP status and the first words that Toxiproxy uses."""

from collections.abc import Iterable

from support.core.errors import UsageError


class ApiError(UsageError):
    """A request that cannot be carried out; *status* is the HTTP status of the response."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def bad_body(problem: str) -> ApiError:
    return ApiError(f"bad request body: {problem}", 400)


def missing(field: str) -> ApiError:
    return ApiError(f"missing required field: {field}", 400)


def not_found(what: str, name: str, known: Iterable[str]) -> ApiError:
    existing = listing(known) or "none yet"
    return ApiError(f"{what} not found: {name!r}; existing: {existing}", 404)


def listing(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)
