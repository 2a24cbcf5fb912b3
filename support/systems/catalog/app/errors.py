"""Errors of the dependencies, by the kinds that the service handles differently."""

from enum import StrEnum


class ErrorKind(StrEnum):
    """Why a refresh failed; the values appear in reports, logs and metrics."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    UNAUTHORISED = "unauthorised"
    MALFORMED = "malformed"
    UNEXPECTED = "unexpected"
    DATABASE = "database"
    BUSY = "busy"
    SUPERSEDED = "superseded"
    MEMORY = "memory"


class DependencyError(Exception):
    """A dependency failed. The message is for operators, never for shoppers."""


class RefreshError(DependencyError):
    """A refresh, or the fetch of a group, failed."""

    def __init__(self, kind: ErrorKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class CacheError(DependencyError):
    """Redis is unreachable or refuses a command."""


class DatabaseError(DependencyError):
    """PostgreSQL is unreachable or refuses a statement."""


class SupersededError(DependencyError):
    """A later holder of the refresh lock has written or claimed its fence: this refresh must not write any more."""


class BackupError(DependencyError):
    """The backup file is unusable."""


class ReadOnlyError(CacheError, BackupError):
    """The store can be read but not written."""


# When groups fail in different ways, the first of these decides what is reported and done: without memory nothing can go on, a
# rejected key needs an administrator, a rate limit imposes a wait, and a network error explains more than one bad answer.
_WORST_FIRST = (
    ErrorKind.MEMORY,
    ErrorKind.UNAUTHORISED,
    ErrorKind.RATE_LIMITED,
    ErrorKind.TIMEOUT,
    ErrorKind.UNREACHABLE,
    ErrorKind.SERVER_ERROR,
    ErrorKind.MALFORMED,
    ErrorKind.UNEXPECTED,
)


def worst(errors: list[RefreshError]) -> RefreshError:
    """The error that decides what follows."""
    return min(errors, key=lambda error: _WORST_FIRST.index(error.kind))


def first_line(error: BaseException) -> str:
    """First line of an error's message, or its type when the message is empty."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
