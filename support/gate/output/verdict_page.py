"""The verdict as one page that opens from disk: what was decided and why, what is red with its evidence, what was proven.

Everything that it says of the verdict is in `verdict.json`; the evidence comes from what the run recorded. The page needs no
script and loads nothing, so that it can be read wherever a pipeline keeps it.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from support.core.amounts import span
from support.core.templates import render
from support.gate.output.evidence import Evidence
from support.gate.output.verdict_lines import facts, open_requirements
from support.gate.verdict.losses import loss_in_words
from support.gate.verdict.outcome import Outcome
from support.gate.verdict.requirements import NOT_ASKED, PLANNED, UNCOVERED, budget_in_words

TEMPLATE = Path(__file__).with_suffix(".html")
WITH_EVIDENCE = 30  # scenarios; a page with the pictures and logs of hundreds would open slowly
SHORT = 900  # characters of a reason that are shown at once
MEANING = {
    "go": "No promise that was tested is broken, and each fault was shown to be in force while it was tested.",
    "no-go": "Do not release this. What is red below says which promise is broken, and shows the evidence.",
    "unknown": "Neither go nor no-go: some promise was not really put to the test. Remove the cause, and run again.",
    "broken": "This says nothing about the product. The suite or its machine failed; mend that, and run again.",
    "part": "One part of a run. The verdict is computed from all parts, by ./accept merge.",
}
OUTCOMES: Mapping[str, str] = {
    Outcome.FAILED: "a promise is broken",
    Outcome.FLAKY: "kept in some repeats and broken in others; counts as broken",
    Outcome.INCONCLUSIVE: "not really put to the test: a fault was not felt, the system never met it, or others took the processor",
    Outcome.BROKEN: "the suite or its machine failed; says nothing about the product",
    Outcome.NOT_APPLICABLE: "what is judged, or the machine, lacks what the scenario needs; the reason is given",
    Outcome.PASSED: "the promise held, and each fault was felt, met by the system, lifted, and its end was seen",
}
OTHERS: Mapping[str, str] = {
    UNCOVERED: "no scenario tests this requirement",
    NOT_ASKED: "none of its scenarios was selected for this run",
    PLANNED: "not built yet, so not proven",
}
HEADINGS: Mapping[str, str] = {
    Outcome.INCONCLUSIVE: "Not really put to the test",
    Outcome.BROKEN: "The suite or its machine failed",
}
RED = (Outcome.FAILED, Outcome.FLAKY, Outcome.INCONCLUSIVE, Outcome.BROKEN)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What lies beside the page. *evidence* is the file with the evidence of all scenarios, or empty, and *lacking* says why;
    *places* are the places in it by the ids of scenarios. *files* are the names of others, with what they are for.
    """

    evidence: str = ""
    lacking: str = ""
    places: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


def red_scenarios(verdict: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Those that neither passed nor are N/A: the worst first, known defects last."""
    red = [one for one in verdict["scenarios"] if one["outcome"] in RED]
    return sorted(red, key=lambda one: (bool(one["known_defect"]), RED.index(one["outcome"])))


def with_evidence(verdict: Mapping[str, Any]) -> set[str]:
    """The ids of the scenarios of which the page shows the evidence."""
    return {one["id"] for one in red_scenarios(verdict)[:WITH_EVIDENCE]}


def verdict_page(verdict: Mapping[str, Any], evidence: Mapping[str, Evidence], beside: Neighbours) -> str:
    """*verdict* as in `verdict.json`."""
    scenarios: Sequence[Mapping[str, Any]] = verdict["scenarios"]
    requirements: Sequence[Mapping[str, Any]] = verdict["requirements"]
    red = red_scenarios(verdict)
    red_ids = {one["id"] for one in red}
    absent = [one for one in scenarios if one["outcome"] == Outcome.NOT_APPLICABLE]
    faults = [fault for one in scenarios for fault in one["faults"]]
    return render(
        TEMPLATE,
        verdict=verdict,
        meaning=MEANING[verdict["verdict"]],
        began=datetime.fromtimestamp(verdict["started"], UTC).strftime("%-d %B %Y, %H:%M UTC"),
        counts=[(one, verdict["counts"][one]) for one in OUTCOMES if one in verdict["counts"]],
        proven_faults=sum(fault["receipt"] for fault in faults),
        faults=len(faults),
        facts=list(facts(verdict, "below")),
        red=[(heading, list(some)) for heading, some in groupby(red, key=_heading)],
        red_count=len(red),
        unproven=[
            one
            for one in open_requirements(verdict)
            if one["outcome"] != Outcome.NOT_APPLICABLE and not red_ids & set(one["scenarios"])
        ],
        evidence=evidence,
        shown=WITH_EVIDENCE,
        names={one["id"]: f"{one['id']} {one['title']}" for one in requirements},
        systems=_systems(requirements),
        absent=_by(absent, "reason"),
        absent_count=len(absent),
        features=[(area, _by(some, "feature")) for area, some in _by_system(scenarios)],
        places={one["id"]: f"scenario-{number}" for number, one in enumerate(scenarios, start=1)},
        by_id={one["id"]: one for one in scenarios},
        losses=[name for name in verdict["losses"][0] if name != "of"] if verdict["losses"] else [],
        beside=beside,
        outcomes={**OUTCOMES, **OTHERS},
        short=SHORT,
        span=span,
        picture=_picture,
        label=_label,
        budget_in_words=budget_in_words,
        loss_in_words=loss_in_words,
    )


def _heading(scenario: Mapping[str, Any]) -> str:
    if scenario["known_defect"]:
        return "Known defects, which do not stop the release"
    return HEADINGS.get(scenario["outcome"], "A promise is broken")


def _label(one: Mapping[str, Any]) -> str:
    """The outcome of a scenario or a requirement in a word."""
    return "known defect" if one["known_defect"] else str(one["outcome"])


def _systems(requirements: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The requirements of each system, and how many there are of each outcome."""
    found = []
    for area, members in _by(requirements, "area"):
        built = [one for one in members if one["outcome"] != PLANNED]
        tally = {name: sum(one["outcome"] == name for one in members) for name in (*OUTCOMES, *OTHERS)}
        bad = [f"{count} {name}" for name, count in tally.items() if count and name in (*RED, UNCOVERED)]
        found.append(
            {"name": (area or "not in the register").capitalize(), "members": members, "built": built, "tally": tally}
            | {"bad": ", ".join(bad)}
        )
    return found


def _by_system(scenarios: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    systems: dict[str, list[Mapping[str, Any]]] = {}
    for one in scenarios:
        systems.setdefault(one["id"].partition("/")[0].capitalize(), []).append(one)
    return list(systems.items())


def _by(entries: Iterable[Mapping[str, Any]], key: str) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """*entries* by what they have under *key*, in the order of the first of each."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for one in entries:
        groups.setdefault(one[key], []).append(one)
    return list(groups.items())


def _picture(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
