"""Broken variants of the reference services: a sound list, each fitting the code that it breaks, and put on from outside."""

import inspect
import os
import pkgutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import pytest

from support.core.checkout import CHECKOUT
from support.gate.selection.clauses import load_thens
from support.gate.selection.register import load_register
from support.systems.patched_variants import Defect

SYSTEMS = ("catalog", "assistant")
PACKAGES = {system: import_module(f"support.systems.{system}.defects") for system in SYSTEMS}
REGISTER = load_register(CHECKOUT)
VARIANTS = [(system, defect) for system, package in PACKAGES.items() for defect in package.DEFECTS.values()]
PLAIN = (bool, int, float, str, bytes, tuple, frozenset)
OPEN_ENDED = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)

each_system = pytest.mark.parametrize("system", SYSTEMS)
each_variant = pytest.mark.parametrize(("system", "defect"), VARIANTS, ids=[defect.name for _, defect in VARIANTS])


@each_system
def test_every_variant_is_known_by_a_name_of_its_own(system: str) -> None:
    package = PACKAGES[system]
    modules = [import_module(f"{package.__name__}.{found.name}") for found in pkgutil.iter_modules(package.__path__)]
    written = {id(value) for module in modules for value in vars(module).values() if isinstance(value, Defect)}
    assert len(package.DEFECTS) == len(written)


@each_variant
def test_a_variant_tells_its_story_and_what_it_breaks(system: str, defect: Defect) -> None:
    assert defect.story.endswith(".")
    assert "\n" not in defect.story
    assert defect.breaks
    assert {*defect.breaks, *defect.spills} <= {name for name, one in REGISTER.items() if one.area == system}
    assert not set(defect.breaks) & set(defect.spills)


@each_system
def test_every_requirement_with_scenarios_is_broken_by_some_variant(system: str) -> None:
    tested = {name for then in load_thens(CHECKOUT, system) for name in then.requirements if not REGISTER[name].planned}
    mistakes = [one for one in PACKAGES[system].DEFECTS.values() if not one.control]
    assert tested - {requirement for one in mistakes for requirement in one.breaks} == set()


@each_variant
def test_a_variant_fits_the_code_that_it_breaks(system: str, defect: Defect) -> None:
    patched = []

    def compare(owner: object, name: str, replacement: object) -> None:
        sound = inspect.getattr_static(owner, name)
        patched.append(name)
        if isinstance(sound, type):
            assert isinstance(replacement, type), f"{name} of the {system} is a class"
        elif callable(sound) or isinstance(sound, classmethod):
            assert _can_be_called_as(replacement, sound), f"{name} of the {system} is called in another way"
        elif isinstance(sound, Mapping):
            assert isinstance(replacement, Mapping), f"{name} of the {system} is a mapping"
        elif isinstance(sound, PLAIN):
            assert type(replacement) is type(sound), f"{name} of the {system} is of another type"

    defect.apply(compare)
    assert patched


def _can_be_called_as(replacement: Any, sound: Any) -> bool:
    """With all arguments by position where that is possible, and with those alone that have to be given."""
    if isinstance(replacement, type):
        return True
    parameters = inspect.signature(_function(sound)).parameters.values()
    given = [one for one in parameters if one.kind not in OPEN_ENDED]
    try:
        for arguments in (given, [one for one in given if one.default is one.empty]):
            by_position = [one.name for one in arguments if one.kind is not one.KEYWORD_ONLY]
            by_name = {one.name: one.name for one in arguments if one.kind is one.KEYWORD_ONLY}
            inspect.signature(_function(replacement)).bind(*by_position, **by_name)
    except TypeError:
        return False
    return inspect.iscoroutinefunction(_function(replacement)) == inspect.iscoroutinefunction(_function(sound))


def _function(thing: Any) -> Callable[..., Any]:
    function: Callable[..., Any] = thing.__func__ if isinstance(thing, classmethod) else thing
    return function


@each_system
def test_an_unknown_variant_is_refused_in_one_sentence_with_one_that_is_known(system: str) -> None:
    package = PACKAGES[system]
    known = min(package.DEFECTS)
    for name, hint in ((known[:-1], known), ("", None), ("zzz", None)):
        refused = subprocess.run(
            [sys.executable, "-m", package.__name__],
            cwd=CHECKOUT,
            env={**os.environ, package.VARIABLE: name},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert refused.returncode == 64
        assert repr(name) in refused.stderr
        assert (hint or next(iter(package.DEFECTS))) in refused.stderr
        assert refused.stderr.count("\n") == 1


@each_system
def test_the_service_itself_knows_nothing_of_variants(system: str) -> None:
    for module in (CHECKOUT / "support/systems" / system / "app").glob("*.py"):
        assert PACKAGES[system].VARIABLE not in module.read_text(), module.name
