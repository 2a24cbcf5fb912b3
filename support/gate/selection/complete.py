"""Refuses what a verdict cannot rest on: a scenario that cannot fail, that never runs, or that shares its name with another."""

import difflib
from collections.abc import Iterable, Sequence

from behave.model import ScenarioOutline

from support.core.errors import UsageError
from support.gate.selection.behave_model import Configuration, Feature, Scenario
from support.gate.selection.scenarios import scenario_id, title

KEYWORDS = ("Scenario", "Scenario Outline", "Scenario Template", "Example", "Background", "Rule")


def refuse_incomplete(features: Iterable[Feature], scenarios: Sequence[Scenario], config: Configuration) -> None:
    """Raises `UsageError` with one sentence. *scenarios* are the selected ones of *features*."""
    _refuse_disabled_checks()
    for feature in features:
        if config.tag_expression.check([str(tag) for tag in feature.tags]):
            _refuse_empty_parts(feature)
        _refuse_outlines_without_rows(feature, config)
    names: dict[tuple[str, str], Scenario] = {}
    for scenario in scenarios:
        if not any(step.step_type == "then" for step in scenario.steps):
            raise UsageError(
                f'{scenario_id(scenario)} "{title(scenario)}" has no Then, so it cannot fail; '
                "add what users get as its Then, or tag it @wip"
            )
        other = names.setdefault((scenario.filename, title(scenario)), scenario)
        if other is not scenario:
            raise UsageError(
                f'{scenario_id(other)} and line {scenario.line} are both called "{title(scenario)}", and reports tell the '
                "scenarios of a feature apart by name; rename one"
            )


def _refuse_empty_parts(feature: Feature) -> None:
    """What looks like a scenario and is none to behave, and features and rules without a scenario."""
    for part in (feature, *feature.rules):
        what = f"{part.keyword} {part.name!r} ({part.filename}:{part.line})"
        for line in part.description:
            word, colon, _ = line.partition(":")
            if colon and (near := difflib.get_close_matches(word.strip(), KEYWORDS, n=1, cutoff=0.75)):
                raise UsageError(f'"{line.strip()}" is read as a description of {what}; did you mean {near[0]}:?')
        if not list(part.walk_scenarios()) and not _outlines(part):
            raise UsageError(f"{what} has no scenario, so it proves nothing; add one, or tag it @wip")


def _refuse_outlines_without_rows(feature: Feature, config: Configuration) -> None:
    for outline in _outlines(feature):
        if not config.tag_expression.check([str(tag) for tag in outline.effective_tags]):
            continue
        if not outline.scenarios:
            raise UsageError(
                f'{scenario_id(outline)} "{outline.name}" is an outline without a row of examples, so it never runs; '
                "add rows, or tag it @wip"
            )
        for examples in outline.examples:
            if not (examples.table and examples.table.rows):
                raise UsageError(
                    f"{examples.filename}:{examples.line} are Examples without a row, so they never run; add rows or delete them"
                )


def _outlines(part: Feature) -> list[ScenarioOutline]:
    return [one for one in part.walk_scenarios(with_outlines=True) if isinstance(one, ScenarioOutline)]


def _refuse_disabled_checks() -> None:
    if not __debug__:
        raise UsageError(
            "Python leaves out assertions (-O, or PYTHONOPTIMIZE in the environment), so nothing could fail; start it without"
        )
