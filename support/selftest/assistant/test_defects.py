"""The broken variants of the assistant change what it does. What they have in common with others: systems/test_patched_variants."""

from collections.abc import Callable

import pytest

from support.systems.assistant.app import breaker_scripts
from support.systems.assistant.app.failures import AttemptError, Repeat
from support.systems.assistant.app.model import Kind
from support.systems.assistant.defects import DEFECTS


@pytest.fixture
def put_on(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def patch(owner: object, name: str, replacement: object) -> None:
        monkeypatch.setattr(owner, name, replacement)

    return lambda name: DEFECTS[name].apply(patch)


def test_a_variant_changes_what_the_service_does(put_on: Callable[[str], None]) -> None:
    put_on("repeats-permanent-errors")
    assert AttemptError(Kind.MISCONFIGURED, 401).policy.repeat is Repeat.AFTER_BACKOFF


def test_a_variant_changes_one_part_of_the_breakers_script(put_on: Callable[[str], None]) -> None:
    sound = breaker_scripts.BREAKER.splitlines()
    put_on("half-open-for-everybody")
    changed = [line for line, was in zip(breaker_scripts.BREAKER.splitlines(), sound, strict=True) if line != was]
    assert [line.strip() for line in changed] == ["if true then"]
