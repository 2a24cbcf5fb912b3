"""The selected scenarios, from behave's model: ids, names and tags; refuses empty and ambiguous selections."""

import difflib
import fnmatch
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from behave.model import Rule

from support.core.errors import UsageError
from support.core.printable import printable
from support.gate.selection.behave_model import Configuration, Feature, Scenario
from support.gate.selection.register import SEVERITIES, is_requirement

ALWAYS_KNOWN_TAGS = frozenset(
    {"wip", "slow", "soak", "alone", "random", "known_defect"}
)  # may be selected though no scenario carries them
FEATURES = "features"


@dataclass(frozen=True, slots=True)
class Selected:
    """One selected scenario; *id* is "<path below features/>:<line>"."""

    id: str
    feature: str
    rule: str | None
    name: str
    tags: list[str]
    requirements: list[str]
    severity: str
    file: str

    def as_event(self) -> dict[str, object]:
        return asdict(self)


def describe(scenario: Scenario) -> Selected:
    tags = tags_of(scenario)
    rule = rule_of(scenario)
    return Selected(
        id=scenario_id(scenario),
        feature=printable(scenario.feature.name),
        rule=printable(rule.name) if rule else None,
        name=title(scenario),
        tags=tags,
        requirements=[tag for tag in tags if is_requirement(tag)],
        severity=next((tag for tag in reversed(tags) if tag in SEVERITIES), "normal"),  # the innermost one applies
        file=scenario_id(scenario).rpartition(":")[0],
    )


def full_name(feature: str, rule: str | None, name: str) -> str:
    """What tells a scenario from all others in Allure's results: its name, below its feature and its rule."""
    return ": ".join([feature, *([rule] if rule else []), name])


def scenario_id(scenario: Scenario) -> str:
    """Path below features/ and line; a row of an outline has a line of its own."""
    path = Path(scenario.filename)
    return f"{path_below_features(path) or path.name}:{scenario.line}"


def path_below_features(path: str | Path) -> str:
    """For example "infrastructure/outage.feature"; empty for a path that is not below features/."""
    parts = Path(path).parts
    return "/".join(parts[len(parts) - parts[::-1].index(FEATURES) :]) if FEATURES in parts else ""


def title(scenario: Scenario) -> str:
    """The scenario's name without behave's row numbers, but with the cells that distinguish rows of the same name."""
    name = _bare(scenario)
    row = getattr(scenario, "_row", None)
    if row and sum(_bare(sibling) == name for sibling in scenario.parent.scenarios) > 1:
        missing = [cell for heading, cell in row.items() if f"<{heading}>" not in scenario.parent.name]
        name += f" ({', '.join(missing)})"
    return name


def _bare(scenario: Scenario) -> str:
    return printable(str(scenario.name).split(" -- @")[0])


def rule_of(scenario: Scenario) -> Rule | None:
    return next((node for node in _ancestors(scenario) if isinstance(node, Rule)), None)


def tags_of(scenario: Scenario) -> list[str]:
    """All tags, inherited ones first, each once."""
    nodes = [*reversed(list(_ancestors(scenario))), scenario]
    return list(dict.fromkeys(str(tag) for node in nodes for tag in node.tags if "<" not in tag))


def selected_scenarios(features: Iterable[Feature], config: Configuration) -> list[Scenario]:
    return [scenario for scenario in all_of(features) if scenario.should_run(config)]


def refuse_empty(features: Sequence[Feature], config: Configuration) -> None:
    """Raises `UsageError`, naming the closest known tags, if a tag is unknown or no scenario is selected."""
    known = {tag for scenario in all_of(features) for tag in tags_of(scenario)}
    selected = _selected_tags(config)
    unknown = [tag for tag in selected if not fnmatch.filter(known | ALWAYS_KNOWN_TAGS, tag)]
    if unknown:
        raise UsageError(f"no scenario carries {_listed(unknown)}; {_closest(unknown, known)}")
    if not selected_scenarios(features, config):
        named = f" with a name that matches {' or '.join(map(repr, config.name))}" if config.name else ""
        tags = f" for --tags={config.tag_expression.to_string()!r}" if selected else ""
        raise UsageError(f"there is no scenario{named}{tags}; {_closest(selected, known)}")


def refuse_duplicates(scenarios: Iterable[Scenario]) -> None:
    """Raises `UsageError` if a file is named twice: behave would run it twice, and its outcomes would be ambiguous."""
    counts = Counter(map(scenario_id, scenarios))
    twice = {scenario.rpartition(":")[0]: None for scenario, times in counts.items() if times > 1}
    if twice:
        raise UsageError(
            f"{' and '.join(twice)} {'is' if len(twice) == 1 else 'are'} named twice; name each file or folder once"
        )


def _selected_tags(config: Configuration) -> list[str]:
    if not config.tags or config.tags == (config.config_tags or config.default_tags):
        return []
    words = re.findall(r"[^\s()]+", config.tag_expression.to_string())
    return list(dict.fromkeys(word.lstrip("@") for word in words if word not in {"and", "or", "not", "true"}))


def _closest(selected: Sequence[str], known: Iterable[str]) -> str:
    by_lower = {tag.lower(): tag for tag in known}
    near = [
        by_lower[tag] for name in selected for tag in difflib.get_close_matches(name.lower(), by_lower, n=3, cutoff=0.5)
    ]
    if near:
        return f"the closest known {'tag is' if len(near) == 1 else 'tags are'} {_listed(dict.fromkeys(near))}"
    return f"known tags are {_listed(sorted(known))}" if by_lower else "its features carry no tags"


def _listed(tags: Iterable[str]) -> str:
    return ", ".join(f"@{tag}" for tag in tags)


def all_of(features: Iterable[Feature]) -> Iterator[Scenario]:
    for feature in features:
        yield from feature.walk_scenarios()  # rows of outlines and scenarios of rules included


def _ancestors(scenario: Scenario) -> Iterator[Feature | Rule | Scenario]:
    node = scenario.parent
    while node is not None:
        yield node
        node = getattr(node, "parent", None)
