"""Whether a run judges systems, the suite itself, or both. `./accept` judges the systems, and `./check` the suite."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from behave.runner_util import collect_feature_locations

from support.core.errors import UsageError
from support.gate.selection.behave_model import Configuration, Feature, Scenario
from support.gate.selection.scenarios import all_of, path_below_features, tags_of
from support.systems.protocol import System


@dataclass(frozen=True, slots=True)
class Scope:
    """*own* are the names of the systems that check the suite; a run judges the *systems*, the *suite*, or both."""

    own: frozenset[str] = frozenset()
    systems: bool = True
    suite: bool = False

    def holds(self, names: Collection[str]) -> bool:
        """Whether a scenario with the tags *names*, or a requirement of the area in *names*, is within this scope."""
        return self.suite if self.own & set(names) else self.systems


def own_checks(systems: Iterable[System]) -> frozenset[str]:
    return frozenset(system.name for system in systems if system.checks_suite)


def scope_of(tags: Iterable[Collection[str]], systems: Iterable[System]) -> Scope:
    """The scope of a run whose scenarios have these *tags*."""
    own = own_checks(systems)
    kinds = {bool(own & set(of_one)) for of_one in tags}
    return Scope(own, systems=False in kinds, suite=True in kinds)


def without_unasked(
    scenarios: Sequence[Scenario], features: Iterable[Feature], config: Configuration, systems: Iterable[System]
) -> list[Scenario]:
    """*scenarios* without the suite's own checks that are not asked for.

    Asked for are those in a named file or folder below features/, and those that a tag selects which only such checks carry.
    Raises `UsageError` if nothing else is selected.
    """
    own = own_checks(systems)
    tags = [set(tags_of(scenario)) for scenario in all_of(features)]
    elsewhere = {tag for of_one in tags if not own & of_one for tag in of_one}
    named = _named_files(config)

    def asked(scenario: Scenario) -> bool:
        if not own & set(tags_of(scenario)) or Path(scenario.filename).absolute() in named:
            return True
        shared = [tag for tag in tags_of(scenario) if tag in elsewhere]
        return not config.tag_expression.check(shared)

    chosen = [scenario for scenario in scenarios if asked(scenario)]
    if scenarios and not chosen:
        either = " or ".join(f"--tags=@{name}" for name in sorted(own))
        raise UsageError(f"only checks of the suite itself are selected; ./check runs them, or say {either}")
    return chosen


def _named_files(config: Configuration) -> set[Path]:
    paths = [path for path in config.paths if path.startswith("@") or path_below_features(path.partition(":")[0])]
    collect: Callable[..., Any] = collect_feature_locations
    return {Path(location.filename).absolute() for location in collect(paths)}
