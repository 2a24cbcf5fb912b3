"""What an engine says while we talk to it, as one sentence with the remedy, and whose trouble it is."""

import pytest
import requests
from docker.errors import APIError, DockerException, ImageNotFound, NotFound

from support.core.errors import BrokenHarnessError, UsageError
from support.environments.containers.engine_errors import explained_engine_errors

FULL = "failed to register layer: write /var/lib/x: no space left on device"


@pytest.mark.parametrize(
    ("trouble", "kind", "sentence"),
    [
        (
            ImageNotFound("404", explanation="no such image: redis:7"),
            UsageError,
            "there is no image for the saved copy: no such image: redis:7; build all of them with: ./accept images",
        ),
        (
            APIError("500", explanation=FULL),
            UsageError,
            "there was no room for the saved copy; free some where the engine keeps its containers",
        ),
        (
            NotFound("404", explanation="No such container: 4f2"),
            BrokenHarnessError,
            "the saved copy is gone: somebody else has removed it",
        ),
        (
            APIError("409", explanation="container is paused"),
            BrokenHarnessError,
            "the container engine refused the saved copy: container is paused",
        ),
        (requests.ConnectionError("reset"), BrokenHarnessError, "does not answer any more"),
        (requests.ReadTimeout("30 s"), BrokenHarnessError, "does not answer any more"),
        (
            DockerException("no such file"),
            BrokenHarnessError,
            "what it still runs of ours is cleared by the next start",
        ),
    ],
)
def test_trouble_with_an_engine_is_one_sentence(trouble, kind, sentence):
    with pytest.raises(kind) as told, explained_engine_errors("the saved copy"):
        raise trouble

    assert sentence in str(told.value)
    assert "\n" not in str(told.value)
