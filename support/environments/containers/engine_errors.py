"""What goes wrong with the engine while we talk to it, told in one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

import requests
from docker.errors import APIError, DockerException, ImageNotFound, NotFound

from support.core.errors import BrokenHarnessError, UsageError
from support.environments.container_engine import engine_address

NO_ROOM = "no space left"


@contextmanager
def explained_engine_errors(what: str) -> Iterator[None]:
    """Around calls to the engine about *what*, a part or a network."""
    try:
        yield
    except ImageNotFound as missing:
        raise UsageError(
            f"there is no image for {what}: {_words(missing)}; build all of them with: ./accept images"
        ) from None
    except NotFound as gone:
        raise BrokenHarnessError(f"{what} is gone: somebody else has removed it ({_words(gone)})") from None
    except APIError as refusal:
        words = _words(refusal)
        if NO_ROOM in words.lower():
            raise UsageError(f"there was no room for {what}; free some where the engine keeps its containers") from None
        raise BrokenHarnessError(f"the container engine refused {what}: {words}") from None
    except (DockerException, requests.RequestException) as trouble:
        raise BrokenHarnessError(
            f"the container engine at {engine_address()} does not answer any more ({what}: {type(trouble).__name__}); "
            "start it again, and what it still runs of ours is cleared by the next start"
        ) from None


def _words(trouble: APIError) -> str:
    return str(trouble.explanation or trouble)
