"""Whether a run is what it seems: did it end as runs end, and do report and JUnit tell the same story as the journal."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from support.gate.clock import clock_jumps
from support.gate.findings import ScenarioVerdict
from support.gate.outcome import Outcome
from support.gate.witnesses import NOT_COUNTED, Witnesses
from support.journal import Event

SHOWN_AS = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "failed",
    Outcome.INCONCLUSIVE: "broken",
    Outcome.BROKEN: "broken",
    Outcome.NOT_APPLICABLE: "skipped",
}
HOW_IT_ENDED = {"aborted": "the run was aborted", "crashed": "the run was ended from within"}
_GREEN = ({Outcome.PASSED}, {Outcome.PASSED, Outcome.NOT_APPLICABLE})


def irregularities(
    events: Sequence[Event], scenarios: Sequence[ScenarioVerdict], behave_status: int, stopped_by: str
) -> list[str]:
    """What makes the run as a whole untrustworthy, in sentences."""
    ends = [event["status"] for event in events if event["event"] == "run-ended"]
    troubles = [f"the run was stopped by {stopped_by}"] if stopped_by else []
    troubles += [event["message"] for event in events if event["event"] == "broken"]
    troubles += [
        f"{event['where']}: {event['message']}"
        for event in events
        if event["event"] == "run-trouble" and event["kind"] != "doubt"
    ]
    if not any(event["event"] == "run-started" for event in events):
        troubles.append(f"behave ended with status {behave_status} before it ran anything; its output tells why")
    elif not ends:
        troubles.append(f"behave ended with status {behave_status} in the middle of the run")
    elif ends[-1] != "completed":
        troubles.append(HOW_IT_ENDED.get(ends[-1], f"the run ended as {ends[-1]}"))
    elif behave_status and not troubles and {scenario.outcome for scenario in scenarios} in _GREEN:
        troubles.append(f"behave ended with status {behave_status}, although nothing is known to be wrong")
    troubles += clock_jumps(events)
    ended = Counter(event["scenario"] for event in events if event["event"] == "scenario-ended")
    troubles += [f"{name} ended {count} times" for name, count in ended.items() if count > 1]
    return troubles


def disagreements(events: Sequence[Event], scenarios: Sequence[ScenarioVerdict], witnesses: Witnesses) -> list[str]:
    """Where the report or JUnit tells another story than the journal, in sentences."""
    troubles = [f"{name} cannot be read" for name in witnesses.unreadable]
    ends = [event for event in events if event["event"] == "scenario-ended"]
    shown: dict[str, list[tuple[str, str]]] = {}
    for result in witnesses.allure:
        shown.setdefault(result.scenario, []).append((result.status, result.outcome))
    ended = {event["scenario"] for event in ends}
    for scenario in scenarios:
        told = shown.pop(scenario.id, [])
        agreed = [(SHOWN_AS[scenario.outcome], scenario.outcome.value)] if scenario.id in ended else []
        if told != agreed:
            says = " and ".join(outcome or status for status, outcome in told) or "nothing"
            troubles.append(f"the report disagrees: {scenario.id} is {scenario.outcome}, the report says {says}")
    troubles += [f"the report disagrees: {name} was not selected" for name in shown]
    if any(event["event"] == "run-ended" and event["status"] == "completed" for event in events):
        statuses = Counter(event["status"] for event in ends if event["status"] not in NOT_COUNTED)
        if statuses != witnesses.junit:
            troubles.append(f"JUnit disagrees: it counts {_counted(witnesses.junit)}, the journal {_counted(statuses)}")
    return troubles


def doubts_about_the_run(events: Iterable[Event]) -> list[str]:
    return [
        f"{event['where']}: {event['message']}"
        for event in events
        if event["event"] == "run-trouble" and event["kind"] == "doubt"
    ]


def _counted(statuses: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {status}" for status, count in sorted(statuses.items())) or "nothing"
