"""Looks at the service as a process: its signals, its settings, and several instances of it."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta

from support.core.addresses import url
from support.core.errors import NotStartedError
from support.core.eventually import patiently
from support.environments.fresh_start import RELOAD
from support.environments.parts import Part
from support.measure.ending import asked_to_stop
from support.systems.catalog.actors.catalog_api import CatalogApi
from support.systems.catalog.conformance import MissingError
from support.systems.catalog.environment.site import Site

OK = 200
WRONG_USAGE = 64
# each with a value that makes no sense; whatever else is set does
SENSELESS: Mapping[str, str] = {
    "CATALOG_ATTEMPTS": "0",
    "CATALOG_KEEP_BACKUP": "perhaps",
    "CATALOG_READ_TIMEOUT_S": "-1",
    "CATALOG_PROVIDER_URL": "provider",
}


@dataclass(frozen=True, slots=True)
class Readiness:
    """When a service that was asked to stop was last ready, after the signal; None if it was never seen ready again."""

    last_ready: timedelta | None


def watched_to_its_end(part: Part, api: CatalogApi) -> Readiness:
    """SIGTERM; until the end `/health/ready` is asked again and again. No answer is as good as a refusal."""
    last, began = None, time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        ending = pool.submit(asked_to_stop, part)
        while not ending.done():
            asked = timedelta(seconds=time.monotonic() - began)
            last = asked if api.get("/health/ready").status == OK else last
            wait({ending}, timeout=0.01)
    return Readiness(last)


def was_ready_at_most(readiness: Readiness, limit: timedelta) -> None:
    """No matter of speed: an answer that was asked for after *limit* was given long after the signal, however busy the machine."""
    last = readiness.last_ready or timedelta()
    assert last <= limit, (
        f"GET /health/ready: expected no status 200 for what is asked more than {limit.total_seconds():g} s after SIGTERM, "
        f"but {last.total_seconds():.2f} s after it there was one"
    )


def reloads(part: Part, api: CatalogApi) -> None:
    """SIGHUP renews `started_at` within the same process."""
    before, process = str(api.get("/health/live").body.get("started_at", "")), part.pid
    part.reload()

    def check() -> None:
        if not part.alive:
            raise MissingError(f"SIGHUP ended the service, with exit status {part.exit_status}")
        now = str(api.get("/health/live").body.get("started_at", ""))
        if now in {"", before}:
            raise MissingError("SIGHUP does not change started_at in GET /health/live")

    patiently(check, within=RELOAD)
    assert part.pid == process, "SIGHUP: expected the same process to go on, but there is another one"


@dataclass(frozen=True, slots=True)
class Start:
    """How a start with the additional *settings* went: the service *runs*, or it ended with *status*, and its last *output*."""

    settings: Mapping[str, str]
    runs: bool
    status: int | None = None
    output: str = ""

    def __str__(self) -> str:
        return "a start with " + ", ".join(f"{name}={value}" for name, value in self.settings.items())


def start_with(site: Site, settings: Mapping[str, str]) -> Start:
    """Start one more instance with *settings*, and end it if it runs."""
    try:
        with site.another_catalog(settings):
            return Start(settings, runs=True)
    except NotStartedError as refused:
        return Start(settings, runs=False, status=refused.exit_status, output=refused.output)


def was_refused(start: Start) -> None:
    """It ended with exit status 64 and a sentence."""
    what, output = f"{start}, which makes no sense", start.output
    assert not start.runs, f"{what}: expected exit status {WRONG_USAGE}, but the service runs and answers"
    assert start.status is not None, (
        f"{what}: expected exit status {WRONG_USAGE}, but the service runs on without answering"
    )
    assert start.status == WRONG_USAGE, (
        f"{what}: expected exit status {WRONG_USAGE}, but it was {start.status}; its last output: {output or 'none'}"
    )
    assert output, f"{what}: expected one sentence on stderr, but there was none"
    assert "Traceback" not in output, f"{what}: expected one sentence on stderr, but there was: {output}"


def runs_twice(site: Site) -> None:
    """A second instance beside the first, with the same stores, answers."""
    try:
        with site.another_catalog({}) as second:
            answer = CatalogApi(url("http", second.address)).get("/health/live")
            assert answer.status == 200, (
                f"a second instance: expected an answer, but there was {answer.status or answer.error}"
            )
    except NotStartedError as alone:
        raise MissingError(f"a second instance does not start beside the first: {alone}") from None
