"""The broken variants of the catalog: a sound list, each still fitting the code that it breaks, and put on from outside."""

import inspect
import os
import pkgutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
import requests
import yaml

from support.core.checkout import CHECKOUT
from support.core.eventually import patiently
from support.environments.ports import ReservedPort
from support.systems.catalog import defects
from support.systems.catalog.app import provider
from support.systems.catalog.app.errors import ErrorKind, RefreshError
from support.systems.catalog.defects import DEFECTS
from support.systems.patched_variants import Defect

ROOT = CHECKOUT
REQUIREMENTS = set(yaml.safe_load((ROOT / "features/catalog/requirements.yml").read_text()))
each_defect = pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS)


def start(name: str, **settings: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "support.systems.catalog.defects"],
        cwd=ROOT,
        env={**os.environ, **settings, "CATALOG_DEFECT": name},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def port() -> Iterator[int]:
    with ReservedPort(0, what="the catalog service") as reserved:
        yield reserved.number


def test_every_defect_is_known_by_a_name_of_its_own() -> None:
    modules = [import_module(f"{defects.__name__}.{found.name}") for found in pkgutil.iter_modules(defects.__path__)]
    written = {id(value): value for module in modules for value in vars(module).values() if isinstance(value, Defect)}
    assert len(DEFECTS) == len(written)


@each_defect
def test_a_defect_tells_its_story_and_what_it_breaks(defect: Defect) -> None:
    assert defect.story.endswith(".")
    assert "\n" not in defect.story
    assert defect.breaks
    assert {*defect.breaks, *defect.spills} <= REQUIREMENTS
    assert not set(defect.breaks) & set(defect.spills)


def test_every_requirement_is_broken_by_some_defect() -> None:
    broken = {requirement for defect in DEFECTS.values() for requirement in defect.breaks}
    assert broken >= REQUIREMENTS


@each_defect
def test_a_defect_fits_the_code_that_it_breaks(defect: Defect) -> None:
    patched = []

    def compare(owner: object, name: str, replacement: object) -> None:
        sound = inspect.getattr_static(owner, name)
        patched.append(name)
        if isinstance(sound, type):
            assert isinstance(replacement, type), f"{name} is a class"
        elif callable(sound) or isinstance(sound, classmethod):
            assert _call(replacement) == _call(sound), f"{name} is called in another way"
        elif not hasattr(sound, "error"):  # a logger is replaced by whatever can log an error
            assert type(replacement) is type(sound), f"{name} is of another type"

    defect.apply(compare)
    assert patched


def _call(thing: Any) -> tuple[list[object], bool]:
    function: Callable[..., Any] = thing.__func__ if isinstance(thing, classmethod) else thing
    parameters: list[object] = [
        (name.lstrip("_"), parameter.kind, parameter.default)
        for name, parameter in inspect.signature(function).parameters.items()
    ]
    return parameters, inspect.iscoroutinefunction(function)


def test_a_defect_changes_what_the_service_does(monkeypatch: pytest.MonkeyPatch) -> None:
    silence = RefreshError(ErrorKind.TIMEOUT, "the provider does not answer in time")
    assert provider.is_retryable(silence)

    def patch(owner: object, name: str, replacement: object) -> None:
        monkeypatch.setattr(owner, name, replacement)

    DEFECTS["no-retry"].apply(patch)
    assert not provider.is_retryable(silence)


def test_it_serves_with_the_defect_put_on(port: int) -> None:
    nobody = "127.0.0.1:9"
    service = start(
        "empty-shop",
        CATALOG_PORT=str(port),
        CATALOG_PROVIDER_URL=f"http://{nobody}/v2.4",
        CATALOG_REDIS_URL=f"redis://{nobody}/0",
        CATALOG_DATABASE_URL=f"postgresql://nobody@{nobody}/none",
        CATALOG_BACKUP_FILE="/nowhere/backup.json",
        CATALOG_ATTEMPTS="1",
    )

    def sells_nothing() -> None:
        try:
            answer = requests.get(f"http://127.0.0.1:{port}/bundles", timeout=5)
        except requests.ConnectionError as refused:
            raise AssertionError("the catalog does not answer") from refused
        assert (answer.status_code, answer.json()["bundles"]) == (200, [])

    try:
        patiently(sells_nothing, within=timedelta(seconds=15))
    finally:
        service.send_signal(signal.SIGTERM)
        service.communicate(timeout=60)
    assert service.returncode == 0


@pytest.mark.parametrize(("name", "hint"), [("no-retri", "no-retry"), ("", "no-retry"), ("zzz", "no-retry")])
def test_an_unknown_defect_is_refused_in_one_sentence(name: str, hint: str) -> None:
    refused = start(name)
    _, said = refused.communicate(timeout=60)
    assert refused.returncode == 64
    assert repr(name) in said
    assert hint in said
    assert said.count("\n") == 1


def test_the_service_itself_knows_nothing_of_defects() -> None:
    for module in (ROOT / "support/systems/catalog/app").glob("*.py"):
        assert "CATALOG_DEFECT" not in module.read_text(), module.name
