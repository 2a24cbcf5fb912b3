"""Turns errors of the container engine into one sentence with the remedy."""

from collections.abc import Iterator
from contextlib import contextmanager

import requests
from docker.errors import APIError, DockerException, ImageNotFound, NotFound

from support.core.errors import BrokenHarnessError, UsageError
from support.environments.container_engine import engine_address

DISK_FULL = "no space left"


@contextmanager
def explained_engine_errors(what: str) -> Iterator[None]:
    """Wraps calls to the engine about *what*, a part or a network."""
    try:
        yield
    except ImageNotFound as error:
        raise UsageError(
            f"there is no image for {what}: {_message(error)}; build all of them with: ./accept images"
        ) from None
    except NotFound as error:
        raise BrokenHarnessError(
            f"{what} no longer exists: another process has removed it ({_message(error)})"
        ) from None
    except APIError as error:
        message = _message(error)
        if DISK_FULL in message.lower():
            raise UsageError(
                f"there is no disk space for {what}; free some where the engine stores its containers"
            ) from None
        raise BrokenHarnessError(f"the container engine refused {what}: {message}") from None
    except (DockerException, requests.RequestException) as error:
        raise BrokenHarnessError(
            f"the container engine at {engine_address()} has stopped answering ({what}: {type(error).__name__}); "
            "start it again; the next run removes the containers that are left"
        ) from None


def _message(error: APIError) -> str:
    return str(error.explanation or error)
