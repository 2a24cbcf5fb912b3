"""Errors of the engine become one sentence with the remedy, and either a usage error or a harness error."""

import pytest
import requests
from docker.errors import APIError, DockerException, ImageNotFound, NotFound

from support.core.errors import BrokenHarnessError, UsageError
from support.environments.containers.engine_errors import explained_engine_errors

FULL = "failed to register layer: write /var/lib/x: no space left on device"


@pytest.mark.parametrize(
    ("error", "kind", "sentence"),
    [
        (
            ImageNotFound("404", explanation="no such image: redis:7"),
            UsageError,
            "there is no image for the saved copy: no such image: redis:7; build all of them with: ./accept images",
        ),
        (
            APIError("500", explanation=FULL),
            UsageError,
            "there is no disk space for the saved copy; free some where the engine stores its containers",
        ),
        (
            NotFound("404", explanation="No such container: 4f2"),
            BrokenHarnessError,
            "the saved copy no longer exists: another process has removed it",
        ),
        (
            APIError("409", explanation="container is paused"),
            BrokenHarnessError,
            "the container engine refused the saved copy: container is paused",
        ),
        (requests.ConnectionError("reset"), BrokenHarnessError, "has stopped answering"),
        (requests.ReadTimeout("30 s"), BrokenHarnessError, "has stopped answering"),
        (
            DockerException("no such file"),
            BrokenHarnessError,
            "the next run removes the containers that are left",
        ),
    ],
)
def test_an_error_of_the_engine_is_one_sentence(error, kind, sentence):
    with pytest.raises(kind) as raised, explained_engine_errors("the saved copy"):
        raise error

    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)
