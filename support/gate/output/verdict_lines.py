"""The facts of a verdict as labelled lines, for the terminal, the Markdown summary and the report."""

from collections.abc import Iterator, Mapping
from typing import Any

from support.core.amounts import span
from support.gate.verdict.against import by_heading
from support.gate.verdict.findings import Row
from support.gate.verdict.losses import loss_in_words
from support.gate.verdict.outcome import Outcome
from support.gate.verdict.recovery import RECOVERY
from support.gate.verdict.requirements import APART, UNCOVERED

SHOWN = 5

VerdictJson = Mapping[str, Any]  # as in verdict.json


def facts(verdict: VerdictJson, rest: str = "in the report") -> Iterator[tuple[str, str]]:
    """Label and text of each fact that there is; *rest* says where all of a long list are."""
    if verdict.get("candidate"):
        yield "candidate", verdict["candidate"]
    if verdict["requirements"]:
        yield "requirements", _requirements(verdict, rest)
    if verdict["asked"]["of"] and not verdict["asked"]["whole"]:
        yield (
            "partial",
            "only the selected scenarios were judged; for a verdict on the whole register, run without a selection",
        )
    if verdict["losses"]:
        yield "losses", "; ".join(map(loss_in_words, verdict["losses"]))
    if recovery := slowest_recovery(verdict, rest):
        yield "recovery", recovery
    if against := verdict["against"]:
        changes = by_heading(against)
        yield from ((heading, _few(found, rest)) for heading, found in changes.items())
        if not changes:
            yield "against", f"no difference from run {against['before']}"
    if suite := verdict.get("suite"):  # an older verdict has none
        yield "suite", suite["sentence"]
    if verdict["remarks"]:
        yield "policy", "; ".join(verdict["remarks"])


def open_requirements(verdict: VerdictJson) -> list[Row]:
    """Those that were tested, or should have been, and are not proven; UNCOVERED ones only if every scenario was run."""
    beside = {Outcome.PASSED.value, *APART, *([] if verdict["asked"]["whole"] else [UNCOVERED])}
    return [one for one in verdict["requirements"] if one["outcome"] not in beside]


def slowest_recovery(verdict: VerdictJson, rest: str = "in the report") -> str:
    """The worst recovery times, each with its 95th percentile and its resolution."""
    found = [
        f"{span(figure['worst'])} at worst after {one['fault']} (95% within {span(figure['p95'])}, "
        f"{figure['measured']} measured, to {span(figure['resolution'])})"
        for one in verdict["recoveries"]
        for figure in one["figures"]
        if figure["name"] == RECOVERY
    ]
    return _few(found, rest, shown=2)


def _requirements(verdict: VerdictJson, rest: str) -> str:
    asked = verdict["asked"]
    proven = sum(one["outcome"] == Outcome.PASSED.value for one in verdict["requirements"])
    of = asked["of"] if asked["whole"] else asked["requirements"]
    unproven = [f"{one['id']} {one['outcome']}" for one in open_requirements(verdict)]
    parts = [f"{proven} of {of} proven"]
    if unproven:
        parts.append(_few(unproven, rest, ", "))
    if not asked["whole"] and asked["of"] != asked["requirements"]:
        parts.append(f"{asked['of'] - asked['requirements']} not tested")
    if asked["planned"]:
        parts.append(f"{asked['planned']} more are planned")
    return "; ".join(parts)


def _few(found: list[str], rest: str, between: str = "; ", shown: int = SHOWN) -> str:
    more = [f"and {len(found) - shown} more, {rest}"] if len(found) > shown else []
    return between.join([*found[:shown], *more])
