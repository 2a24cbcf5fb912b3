"""The verdict of a run. Pure: journal, witnesses and register go in, the verdict comes out.

A run is *go* only if everything that was selected has a finding, everything that applies passed, and report and JUnit
tell the same story. It ends, in this order: no-go, if a promise was seen broken; broken, if we cannot be sure of ourselves;
unknown, if a question was not really put; go.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import Enum
from typing import Any

from support.gate.crosscheck import disagreements, doubts_about_the_run, irregularities
from support.gate.fault_windows import FaultWindow, fault_windows
from support.gate.findings import ScenarioVerdict
from support.gate.outcome import Finding, Outcome
from support.gate.processes import Processes
from support.gate.register import Register
from support.gate.witnesses import Witnesses
from support.journal import Event

WORST_FIRST = (
    Outcome.FAILED,
    Outcome.FLAKY,
    Outcome.BROKEN,
    Outcome.INCONCLUSIVE,
    Outcome.NOT_APPLICABLE,
    Outcome.PASSED,
)


class Word(Enum):
    """The verdict's word and the exit code that goes with it."""

    GO = ("go", 0)
    PART = ("part", 0)
    NO_GO = ("no-go", 1)
    UNKNOWN = ("unknown", 2)
    BROKEN = ("broken", 3)


@dataclass(frozen=True, slots=True)
class RequirementVerdict:
    id: str
    title: str
    outcome: Outcome
    scenarios: list[str]
    figures: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """*because* is the verdict's reason in one sentence; *reason* says why this backend. Times in seconds, *started* in UTC."""

    verdict: str
    exit_code: int
    because: str
    run: str
    backend: str
    reason: str
    seed: int
    started: float
    duration_s: float
    counts: dict[str, int]
    troubles: list[str]
    scenarios: list[ScenarioVerdict]
    requirements: list[RequirementVerdict]
    figures: list[dict[str, Any]] = field(default_factory=list)
    repeats: int = 1
    workers: int = 1

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def reach(events: Sequence[Event], witnesses: Witnesses, register: Register) -> Verdict:
    started: Event = next((event for event in events if event["event"] == "run-started"), {})
    described: Event = next((event for event in events if event["event"] == "run-described"), {})
    processes = Processes(events)
    scenarios = _scenarios(events, started.get("selected", []), processes)
    requirements = _requirements(scenarios, register)
    troubles = [
        *irregularities(events, processes),
        *disagreements(events, scenarios, witnesses, processes),
    ]
    word, because = next(_grounds(scenarios, requirements, troubles, doubts_about_the_run(events)))
    if shard := started.get("part"):  # however well it went, a part says nothing of the whole
        word = Word.PART if word is Word.GO else word
        because = f"shard {shard['number']} of {shard['of']}: {because}"
    times = [event["at"] for event in events] or [0.0]
    return Verdict(
        verdict=word.value[0],
        exit_code=word.value[1],
        because=because,
        run=started.get("run", ""),
        backend=described.get("backend", ""),
        reason=described.get("reason", ""),
        seed=started.get("seed", 0),
        started=times[0],
        duration_s=times[-1] - times[0],
        counts=dict(Counter(scenario.outcome.value for scenario in scenarios)),
        troubles=troubles,
        scenarios=scenarios,
        requirements=requirements,
        figures=[_figure(event) for event in events if event["event"] == "figure" and not event.get("scenario")],
        workers=started.get("workers", 1),
    )


def conclude(verdict: Verdict, doubts: Sequence[str], register: Register) -> Verdict:
    """*verdict* with the word, the requirements and the counts to which its scenarios and troubles come."""
    requirements = _requirements(verdict.scenarios, register)
    word, because = next(_grounds(verdict.scenarios, requirements, verdict.troubles, doubts))
    return replace(
        verdict,
        verdict=word.value[0],
        exit_code=word.value[1],
        because=because,
        counts=dict(Counter(scenario.outcome.value for scenario in verdict.scenarios)),
        requirements=requirements,
    )


def _scenarios(events: Sequence[Event], selected: Iterable[Event], processes: Processes) -> list[ScenarioVerdict]:
    ended = {event["scenario"]: event for event in events if event["event"] == "scenario-ended"}
    windows = fault_windows(events)
    verdicts = []
    for one in selected:
        name = one["id"]
        end = ended.get(name)
        faults = [window for window in windows if window.scenario == name]
        finding = Finding(Outcome(end["outcome"]), end["reason"]) if end else processes.unfinished(name)
        if finding.outcome is Outcome.PASSED and (unproven := [window for window in faults if not window.receipt]):
            finding = Finding(Outcome.INCONCLUSIVE, f"a fault without receipt: {unproven[0]}")
        verdicts.append(
            ScenarioVerdict(
                **{key: one[key] for key in ("id", "feature", "rule", "name", "requirements", "severity")},
                outcome=finding.outcome,
                reason=finding.reason,
                duration_s=end["duration_s"] if end else 0.0,
                faults=[_fault(window) for window in faults],
                figures=[
                    _figure(event) for event in events if event["event"] == "figure" and event.get("scenario") == name
                ],
            )
        )
    return verdicts


def _requirements(scenarios: Sequence[ScenarioVerdict], register: Register) -> list[RequirementVerdict]:
    proofs: dict[str, list[ScenarioVerdict]] = {}
    for scenario in scenarios:
        for name in scenario.requirements:
            proofs.setdefault(name, []).append(scenario)
    return [
        RequirementVerdict(
            id=name,
            title=register[name].title if name in register else "",
            outcome=_together([scenario.outcome for scenario in proofs[name]]),
            scenarios=[scenario.id for scenario in proofs[name]],
            figures=[figure for scenario in proofs[name] for figure in scenario.figures],
        )
        for name in sorted(proofs)
    ]


def _together(outcomes: Sequence[Outcome]) -> Outcome:
    """The worst one; what does not apply weighs nothing beside what passed."""
    applying = [outcome for outcome in outcomes if outcome is not Outcome.NOT_APPLICABLE]
    return min(applying, key=WORST_FIRST.index, default=Outcome.NOT_APPLICABLE)


def _grounds(
    scenarios: Sequence[ScenarioVerdict],
    requirements: Sequence[RequirementVerdict],
    troubles: Sequence[str],
    doubts: Sequence[str],
) -> Iterator[tuple[Word, str]]:
    """All that speaks for a verdict, the weightiest first; the last one is that nothing speaks against going."""
    having = {outcome: [one for one in scenarios if one.outcome is outcome] for outcome in Outcome}
    applying = len(scenarios) - len(having[Outcome.NOT_APPLICABLE])
    if failed := having[Outcome.FAILED]:
        yield Word.NO_GO, f"{_of(failed, applying)} broke a promise"
    if flaky := having[Outcome.FLAKY]:
        yield (
            Word.NO_GO,
            f"{_of(flaky, applying)} kept {'their' if len(flaky) > 1 else 'its'} promise only now and then",
        )
    for trouble in troubles:
        yield Word.BROKEN, trouble
    if broken := having[Outcome.BROKEN]:
        yield Word.BROKEN, f"{_of(broken, applying)} could not be judged, for reasons of our own"
    if not applying:
        yield Word.BROKEN, "nothing was judged: no selected scenario applies here"
    if inconclusive := having[Outcome.INCONCLUSIVE]:
        yield Word.UNKNOWN, f"{_of(inconclusive, applying)} gave no answer"
    for doubt in doubts:
        yield Word.UNKNOWN, doubt
    if unproven := [one.id for one in requirements if one.outcome is Outcome.NOT_APPLICABLE]:
        yield Word.UNKNOWN, f"nothing applicable was asked of {', '.join(unproven)}"
    yield Word.GO, f"{_of(having[Outcome.PASSED], applying)} kept {'their promises' if applying > 1 else 'its promise'}"


def _of(some: Sequence[ScenarioVerdict], everything: int) -> str:
    if everything == 1:
        return "the only scenario"
    return f"all {everything} scenarios" if len(some) == everything else f"{len(some)} of {everything} scenarios"


def _fault(window: FaultWindow) -> dict[str, Any]:
    return {
        "kind": window.kind,
        "target": window.target,
        "detail": window.detail,
        "felt_after_s": window.felt_after_s,
        "in_force_s": window.in_force_s,
        "healed_after_s": window.healed_after_s,
        "receipt": window.receipt,
    }


def _figure(event: Event) -> dict[str, Any]:
    return {key: event[key] for key in ("name", "value", "unit", "budget") if event.get(key) is not None}
