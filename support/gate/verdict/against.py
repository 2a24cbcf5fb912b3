"""Compares two verdicts: of this release and the last one, or of two backends. Pure.

A scenario is the same in both if file, rule and name are: its line may have moved.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from support.core.amounts import span
from support.core.errors import UsageError
from support.gate.selection.policy import NoGoReason, Policy
from support.gate.selection.validation import Text
from support.gate.verdict.findings import Row, Verdict
from support.gate.verdict.outcome import Outcome
from support.gate.verdict.recovery import RECOVERY, worst
from support.gate.verdict.requirements import APART
from support.gate.verdict.verdict_rules import SHOWN, Decision

PASSED, FAILED, ABSENT = Outcome.PASSED.value, Outcome.FAILED.value, Outcome.NOT_APPLICABLE.value
GONE = "gone"
HEADINGS = ("new_red", "lost_coverage", "slower_recovery", "other", "new_green")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What has changed since *before*, the run's id, in sentences.

    *new_red* fail now and did not before; *new_green* pass now and did not before; *lost_coverage* passed before and is not run, or
    N/A, now; *other* is any other change of an outcome; *slower_recovery* exceeds the tolerance of the policy.
    """

    before: str
    new_red: list[str] = field(default_factory=list)
    new_green: list[str] = field(default_factory=list)
    lost_coverage: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    slower_recovery: list[str] = field(default_factory=list)

    @property
    def same(self) -> bool:
        """Whether the outcomes are the same; recovery times do not count."""
        return not (self.new_red or self.new_green or self.lost_coverage or self.other)

    def changes(self) -> dict[str, list[str]]:
        return by_heading(self.as_json())

    def as_json(self) -> Row:
        return asdict(self)


def by_heading(comparison: Mapping[str, Any]) -> dict[str, list[str]]:
    """What has changed, the worst first, without empty headings."""
    return {name.replace("_", " "): comparison[name] for name in HEADINGS if comparison[name]}


class _Scenario(msgspec.Struct):
    id: Text
    name: Text
    outcome: Text


class _VerdictFile(msgspec.Struct):
    """What a comparison cannot do without; verdicts of earlier versions have it too."""

    scenarios: list[_Scenario]
    requirements: list[Any]


def load_verdict(path: Path) -> Row:
    """Read a `verdict.json`. Raises `UsageError` if it is not one."""
    try:
        text = path.read_bytes()
        msgspec.json.decode(text, type=_VerdictFile)
        verdict: Row = msgspec.json.decode(text)
    except OSError as error:
        raise UsageError(f"the verdict {path} cannot be read: {error.strerror}") from None
    except msgspec.DecodeError as error:
        raise UsageError(f"{path} is not a verdict ({error}); name the verdict.json of an earlier run") from None
    return verdict


def compare(before: Mapping[str, Any], now: Mapping[str, Any], policy: Policy, own: Collection[str] = ()) -> Comparison:
    """Both as in `verdict.json`. Scenarios that a partial run did not select are not reported as lost.

    *own* are the areas of the suite's own checks: verdicts on systems and on the suite are compared only with their like.
    """
    comparison = Comparison(before.get("run", ""))
    then, today = _kinds(before, own), _kinds(now, own)
    shared = then & today if then and today else {True, False}
    if not shared:
        comparison.other.append("nothing can be compared: one verdict is on systems, the other on the suite itself")
    before, now = (_only(shared, verdict, own) for verdict in (before, now))
    whole = now.get("asked", {}).get("whole", True)
    _scenarios(before, now, comparison, whole=whole)
    _requirements(before, now, comparison, whole=whole)
    comparison.slower_recovery.extend(_slower(before, now, policy))
    return comparison


def with_comparison(verdict: Verdict, before: Mapping[str, Any], policy: Policy, own: Collection[str] = ()) -> Verdict:
    """*verdict* with its comparison with *before*, which can make it no-go."""
    comparison = compare(before, verdict.as_json(), policy, own)
    changed = replace(verdict, against=comparison.as_json())
    for reason in (NoGoReason.NEW_RED, NoGoReason.LOST_COVERAGE, NoGoReason.SLOWER_RECOVERY):
        found = comparison.changes().get(reason.value, [])
        if found and reason in policy.no_go and verdict.verdict in {"go", "unknown"}:
            decision, exit_code = Decision.NO_GO.value
            more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
            because = f"{reason} against run {comparison.before}: {'; '.join(found[:SHOWN])}{more}"
            return replace(changed, verdict=decision, exit_code=exit_code, because=because)
    return changed


def _scenarios(before: Mapping[str, Any], now: Mapping[str, Any], found: Comparison, *, whole: bool) -> None:
    old, new = _outcomes(before), _outcomes(now)
    excused = {_key(one) for one in now["scenarios"] if one.get("known_defect")}
    for key, was in old.items():
        became = new.get(key, GONE)
        sentence = f"{_named(key)}: {was}, now {became}"
        if became == was or (became == GONE and not whole):
            continue
        if became == FAILED and key not in excused:
            found.new_red.append(sentence)
        elif became == PASSED:
            found.new_green.append(sentence)
        elif was == PASSED and became in {GONE, ABSENT}:
            found.lost_coverage.append(sentence)
        else:
            found.other.append(sentence)
    for key in new.keys() - old.keys():
        sentence = f"{_named(key)}: new, {new[key]}"
        (found.new_red if new[key] == FAILED and key not in excused else found.other).append(sentence)


def _requirements(before: Mapping[str, Any], now: Mapping[str, Any], found: Comparison, *, whole: bool) -> None:
    new = {one["id"]: one["outcome"] for one in now["requirements"]}
    judged = {outcome.value for outcome in Outcome} - {ABSENT}
    for one in before["requirements"]:
        became = new.get(one["id"], GONE)
        if one["outcome"] == PASSED and became not in judged and (whole or became not in (*APART, GONE)):
            found.lost_coverage.append(f"{one['id']}: {PASSED}, now {became}")


def _slower(before: Mapping[str, Any], now: Mapping[str, Any], policy: Policy) -> Iterator[str]:
    then = {one["fault"]: worst(one, RECOVERY) for one in before.get("recoveries", [])}
    for one in now.get("recoveries", []):
        took, took_then = worst(one, RECOVERY), then.get(one["fault"])
        if took is not None and took_then is not None and policy.is_slower(took, took_then):
            yield f"after {one['fault']}: {span(took)}, was {span(took_then)}"


def _kinds(verdict: Mapping[str, Any], own: Collection[str]) -> set[bool]:
    """Whether *verdict* is on the suite itself (True), on systems (False), or on both."""
    return {_area(one) in own for one in verdict["scenarios"]}


def _only(kinds: set[bool], verdict: Mapping[str, Any], own: Collection[str]) -> dict[str, Any]:
    return {
        **verdict,
        "scenarios": [one for one in verdict["scenarios"] if (_area(one) in own) in kinds],
        "requirements": [one for one in verdict["requirements"] if (one.get("area", "") in own) in kinds],
    }


def _area(scenario: Mapping[str, Any]) -> str:
    return str(scenario["id"]).partition("/")[0]


def _outcomes(verdict: Mapping[str, Any]) -> dict[tuple[str, str, str], str]:
    return {_key(one): one["outcome"] for one in verdict["scenarios"]}


def _key(scenario: Mapping[str, Any]) -> tuple[str, str, str]:
    return scenario["id"].rpartition(":")[0], scenario.get("rule") or "", scenario["name"]


def _named(key: tuple[str, str, str]) -> str:
    return f"{key[2]} ({key[0]})"
