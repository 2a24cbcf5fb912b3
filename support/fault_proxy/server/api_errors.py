"""Requests that are turned down, with the status and the opening words that Toxiproxy uses."""

from collections.abc import Iterable

from support.core.errors import UsageError


class RefusedError(UsageError):
    """A request that cannot be done; *status* is the HTTP status of the answer."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def bad_body(problem: str) -> RefusedError:
    return RefusedError(f"bad request body: {problem}", 400)


def missing(field: str) -> RefusedError:
    return RefusedError(f"missing required field: {field}", 400)


def not_found(what: str, name: str, known: Iterable[str]) -> RefusedError:
    there_are = listing(known) or "none yet"
    return RefusedError(f"{what} not found: {name!r}; there are: {there_are}", 404)


def listing(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)
