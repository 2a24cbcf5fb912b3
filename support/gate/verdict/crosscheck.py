"""Whether the results of a run can be trusted: it ended normally, and report and JUnit agree with the journal."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from support.core.journal import Event
from support.gate.verdict.clock import clock_jumps
from support.gate.verdict.findings import ScenarioVerdict
from support.gate.verdict.outcome import Outcome
from support.gate.verdict.processes import Processes
from support.gate.verdict.result_readers import NOT_COUNTED, ReportedResults

STOPPED = "the run was stopped by"
ALLURE_STATUS = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "failed",
    Outcome.INCONCLUSIVE: "broken",
    Outcome.BROKEN: "broken",
    Outcome.NOT_APPLICABLE: "skipped",
}


def irregularities(events: Sequence[Event], processes: Processes) -> list[str]:
    """Sentences on what makes the run as a whole untrustworthy."""
    troubles = [f"{STOPPED} {event['by']}" for event in events if event["event"] == "run-stopped"]
    troubles += [event["message"] for event in events if event["event"] == "broken"]
    troubles += [
        f"{event['where']}: {event['message']}"
        for event in events
        if event["event"] == "run-trouble" and event["kind"] != "doubt"
    ]
    troubles += processes.troubles(troubles)
    troubles += clock_jumps(events)
    ended = Counter(event["scenario"] for event in events if event["event"] == "scenario-ended")
    troubles += [f"{name} ended {count} times" for name, count in ended.items() if count > 1]
    last = {event.get("worker"): event["backend"] for event in events if event["event"] == "run-described"}
    backends = sorted(set(last.values()))
    troubles += [f"the system ran on several backends: {', '.join(backends)}"] if len(backends) > 1 else []
    return list(dict.fromkeys(troubles))


def disagreements(
    events: Sequence[Event], scenarios: Sequence[ScenarioVerdict], reported: ReportedResults, processes: Processes
) -> list[str]:
    """Sentences on where the report or JUnit differs from the journal."""
    troubles = [f"{name} cannot be read" for name in reported.unreadable]
    ends = [event for event in events if event["event"] == "scenario-ended"]
    shown: dict[str, list[tuple[str, str]]] = {}
    for result in reported.allure:
        shown.setdefault(result.scenario, []).append((result.status, result.outcome))
    ended = {event["scenario"] for event in ends}
    for scenario in scenarios:
        found = shown.pop(scenario.id, [])
        expected = [(ALLURE_STATUS[scenario.outcome], scenario.outcome.value)] if scenario.id in ended else []
        if found != expected:
            says = " and ".join(outcome or status for status, outcome in found) or "nothing"
            troubles.append(f"the report disagrees: {scenario.id} is {scenario.outcome}, the report says {says}")
    troubles += [f"the report disagrees: {name} was not selected" for name in shown]
    if processes.completed:
        statuses = Counter(event["status"] for event in ends if event["status"] not in NOT_COUNTED)
        if statuses != reported.junit:
            troubles.append(f"JUnit disagrees: it counts {_counted(reported.junit)}, the journal {_counted(statuses)}")
    return troubles


def doubts_about_the_run(events: Iterable[Event]) -> list[str]:
    return [
        f"{event['where']}: {event['message']}"
        for event in events
        if event["event"] == "run-trouble" and event["kind"] == "doubt"
    ]


def _counted(statuses: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {status}" for status, count in sorted(statuses.items())) or "nothing"
