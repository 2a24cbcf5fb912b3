"""The weather service's stand-in, started once for each module of tests."""

from collections.abc import Iterator

import pytest

from support.selftest.standins.child_process import running
from support.selftest.standins.weather_client import WEATHER, Weather


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running(WEATHER, "--seed", "7") as address:
        yield address


@pytest.fixture
def weather(url: str) -> Weather:
    weather = Weather(url)
    weather.control.reset()
    return weather
