"""Refuses what a verdict cannot rest on: a scenario that cannot fail, that never runs, or that shares its name with another."""

from collections.abc import Iterable, Sequence

from behave.model import ScenarioOutline

from support.core.errors import UsageError
from support.gate.selection.behave_model import Configuration, Feature, Scenario
from support.gate.selection.scenarios import scenario_id, title


def refuse_incomplete(features: Iterable[Feature], scenarios: Sequence[Scenario], config: Configuration) -> None:
    """Raises `UsageError` with one sentence. *scenarios* are the selected ones of *features*."""
    _refuse_disabled_checks()
    for feature in features:
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


def _refuse_outlines_without_rows(feature: Feature, config: Configuration) -> None:
    for outline in feature.walk_scenarios(with_outlines=True):
        if not isinstance(outline, ScenarioOutline) or outline.scenarios:
            continue
        if config.tag_expression.check([str(tag) for tag in outline.effective_tags]):
            raise UsageError(
                f'{scenario_id(outline)} "{outline.name}" is an outline without a row of examples, so it never runs; '
                "add rows, or tag it @wip"
            )


def _refuse_disabled_checks() -> None:
    if not __debug__:
        raise UsageError(
            "Python leaves out assertions (-O, or PYTHONOPTIMIZE in the environment), so nothing could fail; start it without"
        )
