"""Journals of made-up runs, to test the rules of the verdict without behave."""

from collections import Counter

from support.core.journal import Event
from support.gate.selection.criteria import Criteria
from support.gate.selection.register import Requirement
from support.gate.verdict.crosscheck import ALLURE_STATUS
from support.gate.verdict.findings import Verdict
from support.gate.verdict.outcome import Outcome
from support.gate.verdict.result_readers import AllureResult, ReportedResults
from support.gate.verdict.verdict import compute_verdict

SHOP = Requirement("CAT-CHAIN-1", "The shop is open", "All can buy.", "blocker", no_fault=True, area="catalog")
TERMS = Criteria({SHOP.id: SHOP})
BY = {"worker": "1"}


def journal_of(*outcomes: str, requirements: tuple[str, ...] = (), more: tuple[Event, ...] = ()) -> list[Event]:
    """A whole run in which the scenarios a:1, a:2, ... came to *outcomes*."""
    status = {"PASSED": "passed", "N/A": "skipped", "FAILED": "failed"}
    selected = [
        {"id": f"a:{number}", "feature": "A", "rule": None, "name": f"The one with {number}", "severity": "normal"}
        | {"requirements": list(requirements)}
        for number in range(1, len(outcomes) + 1)
    ]
    events: list[Event] = [{"event": "run-started", "selected": selected, "run": "r", "seed": 7}]
    events.append({"event": "process-started", **BY})
    for one, outcome in zip(selected, outcomes, strict=True):
        events.append({"event": "scenario-started", "scenario": one["id"], **BY})
        if outcome:
            ended = {"event": "scenario-ended", "scenario": one["id"], "status": status.get(outcome, "error"), **BY}
            events.append(
                ended | {"outcome": outcome, "reason": "" if outcome == "PASSED" else "why", "duration_s": 0.5}
            )
    events += [*more, {"event": "run-ended", "status": "completed", **BY}]
    return [{"at": 100.0 + number, **event} for number, event in enumerate(events)]


def agreeing(events: list[Event]) -> ReportedResults:
    ends = [event for event in events if event["event"] == "scenario-ended"]
    shown = tuple(AllureResult(end["scenario"], ALLURE_STATUS[Outcome(end["outcome"])], end["outcome"]) for end in ends)
    return ReportedResults(shown, Counter(end["status"] for end in ends if end["status"] != "skipped"))


def verdict_on(
    events: list[Event],
    behave_status: int = 0,
    criteria: Criteria = TERMS,
    reported: ReportedResults | None = None,
    stopped_by: str = "",
) -> Verdict:
    reported = reported or agreeing(events)
    ended = {"event": "process-ended", "process": "1", "status": behave_status, "last_words": ""}
    events = [*events, {"at": 200.0, **ended}]
    events += [{"at": 201.0, "event": "run-stopped", "by": stopped_by}] if stopped_by else []
    return compute_verdict(events, reported, criteria)
