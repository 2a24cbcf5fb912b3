"""What can go wrong around the service, each kind told apart because it is answered differently."""

from enum import StrEnum


class ErrorKind(StrEnum):
    """How a refresh can fail; the words appear in reports, logs and metrics."""

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
    """A dependency that did not do its part; the text is for operators, never for shoppers."""


class RefreshError(DependencyError):
    """Why there is no new catalog, or no new group."""

    def __init__(self, kind: ErrorKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class CacheError(DependencyError):
    """Redis is out of reach or refuses."""


class DatabaseError(DependencyError):
    """PostgreSQL is out of reach or refuses."""


class SupersededError(DependencyError):
    """Whoever took the refresh lock after us has come to write: what we hold must not be written any more."""


class BackupError(DependencyError):
    """The backup file cannot be used."""


class ReadOnlyError(CacheError, BackupError):
    """What is stored can be read, and nothing new can be written."""


# The one that says most about what has to be done comes first: without memory nothing goes on, administrators must act on a
# rejected key, a rate limit binds us to a waiting time, and a network in error explains more than a single bad answer.
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


def worst(troubles: list[RefreshError]) -> RefreshError:
    """The error that decides what follows when every group failed."""
    return min(troubles, key=lambda error: _WORST_FIRST.index(error.kind))


def first_line(error: BaseException) -> str:
    """First line of an error's text, or its type when it has none."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
