"""The rules of outcome and verdict, without behave."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from support.core.amounts import span
from support.core.errors import BrokenHarnessError, InconclusiveError
from support.core.journal import Event, Journal, read_journal
from support.gate.execution.publish import publish, remember
from support.gate.history.runs import Circumstances
from support.gate.output.summary import summary
from support.gate.output.terminal import Paint
from support.gate.verdict.budget import with_budget
from support.gate.verdict.fault_windows import fault_windows
from support.gate.verdict.outcome import Kind, Trouble, harness_trouble, judge, step_trouble
from support.gate.verdict.result_readers import AllureResult, ReportedResults
from support.selftest.gate.sample_journal import journal_of, verdict_on

PROMISE = Trouble(Kind.PROMISE, "Then x", "is not so")
DOUBT = Trouble(Kind.DOUBT, "clean-up", "not felt")
HARNESS = Trouble(Kind.HARNESS, "a hook", "broke")
TOOLS = Trouble(Kind.TOOLS, "clean-up", "the proxy is wedged")


@pytest.mark.parametrize(
    ("status", "skip_reason", "troubles", "outcome"),
    [
        ("passed", None, [], "PASSED"),
        ("failed", None, [PROMISE], "FAILED"),
        ("hook_error", None, [PROMISE, HARNESS], "FAILED"),
        ("failed", None, [PROMISE, TOOLS], "BROKEN"),
        ("cleanup_error", None, [PROMISE, DOUBT, HARNESS], "INCONCLUSIVE"),
        ("passed", None, [DOUBT], "INCONCLUSIVE"),
        ("error", None, [HARNESS], "BROKEN"),
        ("passed", None, [HARNESS], "BROKEN"),
        ("untested", None, [], "BROKEN"),
        ("undefined", None, [], "BROKEN"),
        ("some status of tomorrow", None, [], "BROKEN"),
        ("skipped", "no engine", [], "N/A"),
        ("skipped", None, [], "BROKEN"),
        ("skipped", "no engine", [HARNESS], "BROKEN"),
    ],
)
def test_outcome_of_a_scenario(status: str, skip_reason: str | None, troubles: list[Trouble], outcome: str) -> None:
    finding = judge(status, skip_reason, troubles)
    assert finding.outcome == outcome
    assert bool(finding.reason) == (outcome != "PASSED")


def test_only_a_step_can_break_a_promise() -> None:
    assert step_trouble("Then x", AssertionError("no")).kind is Kind.PROMISE
    assert harness_trouble("a hook", AssertionError("no")).kind is Kind.HARNESS
    assert step_trouble("Then x", BrokenHarnessError("no")) == Trouble(Kind.TOOLS, "Then x", "no")
    assert step_trouble("Then x", KeyError("k")).message == "KeyError: 'k'"
    assert harness_trouble("a hook", InconclusiveError("no")).kind is Kind.DOUBT


@pytest.mark.parametrize(
    ("outcomes", "word", "exit_code"),
    [
        (["PASSED"], "go", 0),
        (["PASSED", "N/A"], "go", 0),
        (["PASSED", "FAILED", "BROKEN", "INCONCLUSIVE"], "no-go", 1),
        (["PASSED", "INCONCLUSIVE"], "unknown", 2),
        (["PASSED", "INCONCLUSIVE", "BROKEN"], "broken", 3),
        (["PASSED", ""], "broken", 3),
        (["FAILED", ""], "no-go", 1),
        (["N/A", "N/A"], "broken", 3),
        ([], "broken", 3),
    ],
)
def test_verdict_of_a_run(outcomes: list[str], word: str, exit_code: int) -> None:
    verdict = verdict_on(journal_of(*outcomes))
    assert (verdict.verdict, verdict.exit_code) == (word, exit_code)
    assert verdict.because


def test_a_requirement_of_which_nothing_applies_leaves_the_run_unknown() -> None:
    events = journal_of("PASSED", "N/A")
    events[0]["selected"][1]["requirements"] = ["CAT-CHAIN-1"]
    verdict = verdict_on(events)
    assert (verdict.verdict, verdict.because) == ("unknown", "no scenario that applies here proves CAT-CHAIN-1")


@pytest.mark.parametrize(
    ("outcomes", "together"),
    [
        (["PASSED", "N/A"], "PASSED"),
        (["PASSED", "INCONCLUSIVE"], "INCONCLUSIVE"),
        (["BROKEN", "INCONCLUSIVE"], "BROKEN"),
        (["BROKEN", "FAILED"], "FAILED"),
        (["N/A"], "N/A"),
    ],
)
def test_a_requirement_is_worth_its_worst_scenario(outcomes: list[str], together: str) -> None:
    (requirement,) = verdict_on(journal_of(*outcomes, requirements=("CAT-CHAIN-1",))).requirements
    assert (requirement.outcome, requirement.title) == (together, "The shop is open")


RUN_TROUBLE = {"event": "run-trouble", "where": "after_all", "message": "no", "kind": "harness"}


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda run: run | {"behave_status": 1}, "broken"),
        (lambda run: run | {"behave_status": -9}, "broken"),
        (lambda run: run | {"stopped_by": "SIGTERM"}, "broken"),
        (lambda run: run | {"events": run["events"][:-1]}, "broken"),
        (lambda run: run | {"events": []}, "broken"),
        (lambda run: run | {"events": journal_of("PASSED", more=(RUN_TROUBLE,))}, "broken"),
        (lambda run: run | {"events": journal_of("PASSED", more=(RUN_TROUBLE | {"kind": "doubt"},))}, "unknown"),
        (lambda run: run | {"events": [*run["events"], run["events"][3]]}, "broken"),
        (lambda run: run | {"reported": ReportedResults((), Counter(passed=1))}, "broken"),
        (
            lambda run: (
                run | {"reported": ReportedResults((AllureResult("a:1", "failed", "PASSED"),), Counter(passed=1))}
            ),
            "broken",
        ),
        (
            lambda run: (
                run | {"reported": ReportedResults((AllureResult("a:1", "passed", "FAILED"),), Counter(passed=1))}
            ),
            "broken",
        ),
        (
            lambda run: (
                run | {"reported": ReportedResults((AllureResult("a:1", "passed", "PASSED"),) * 2, Counter(passed=1))}
            ),
            "broken",
        ),
        (
            lambda run: run | {"reported": ReportedResults((AllureResult("a:1", "passed", "PASSED"),), Counter())},
            "broken",
        ),
        (
            lambda run: (
                run
                | {
                    "reported": ReportedResults(
                        (AllureResult("a:1", "passed", "PASSED"),), Counter(passed=1), ("x.json",)
                    )
                }
            ),
            "broken",
        ),
    ],
)
def test_a_green_run_that_is_not_what_it_seems(spoil: Any, word: str) -> None:
    run = spoil({"events": journal_of("PASSED")})
    assert verdict_on(run.pop("events"), **run).verdict == word


def test_the_journal_outlives_a_torn_line_but_not_a_wrong_one(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl", "r")
    journal.write("figure", scenario=None, name="backend up", value=0.5, unit="s")
    journal.close()
    with journal.path.open("a") as file:
        file.write('{"event": "scen')
    (event,) = read_journal(journal.path)
    assert (event["event"], event["run"], event["value"]) == ("figure", "r", 0.5)
    with journal.path.open("a") as file:
        file.write("\n")
    with pytest.raises(BrokenHarnessError, match="line 2"):
        read_journal(journal.path)


PLANNED: Event = {"event": "fault-planned", "fault": "f", "scenario": "a:1", "kind": "Silence", "target": "provider"}
FAULT: tuple[Event, ...] = (
    PLANNED | {"detail": "never answers"},
    {"event": "fault-felt", "fault": "f", "after_s": 0.061},
    {"event": "fault-lifted", "fault": "f"},
    {"event": "fault-healed", "fault": "f", "after_s": 0.012},
)


def test_a_fault_has_a_receipt_if_it_was_felt_and_healed_without_doubt() -> None:
    timed = [{"at": 10.0 + number * 1.3, **event} for number, event in enumerate(FAULT)]
    (window,) = fault_windows(timed)
    assert window.receipt
    assert str(window) == "the provider never answers: felt after 61 ms, 1.3 s in force, healed after 12 ms"
    doubt = {"at": 0.0, "event": "fault-doubt", "fault": "f", "phase": "met", "reason": "nobody turned to it"}
    for less in (timed[:1], timed[:2], timed[:3], [*timed, doubt]):
        (window,) = fault_windows(less)
        assert not window.receipt


def test_what_is_written_down_fits_the_schema(tmp_path: Path) -> None:
    figure = {"event": "figure", "scenario": "a:1", "name": "recovery time", "value": 1.5, "unit": "s", "budget": 5}
    verdict = verdict_on(journal_of("PASSED", "FAILED", "N/A", more=(*FAULT, figure), requirements=("CAT-CHAIN-1",)))
    published = publish(verdict, tmp_path, tmp_path, Circumstances())
    written = json.loads((tmp_path / "verdict.json").read_text())
    assert written["scenarios"][0]["faults"][0]["receipt"] is True
    assert written["scenarios"][0]["figures"] == [{"name": "recovery time", "value": 1.5, "unit": "s", "budget": 5}]
    assert written["requirements"][0]["outcome"] == "FAILED"
    assert not (tmp_path / "history.jsonl").exists(), "what follows may not fit on the disk any more"
    remember(published, tmp_path, Circumstances())
    assert json.loads((tmp_path / "history.jsonl").read_text())["counts"] == {"PASSED": 1, "FAILED": 1, "N/A": 1}


def test_a_scenario_that_passed_without_receipt_is_inconclusive() -> None:
    verdict = verdict_on(journal_of("PASSED", more=FAULT[:2]))
    assert verdict.scenarios[0].outcome == "INCONCLUSIVE"
    assert verdict.verdict == "broken", "the report calls it passed"


def test_a_verdict_that_does_not_fit_its_schema_is_not_written_down(tmp_path: Path) -> None:
    events = journal_of("PASSED")
    events[0]["selected"][0]["severity"] = "huge"
    with pytest.raises(BrokenHarnessError, match="does not fit its schema"):
        publish(verdict_on(events), tmp_path, tmp_path, Circumstances())
    assert not (tmp_path / "verdict.json").exists()


def test_the_summary_names_what_is_not_green(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    events = journal_of("PASSED", "FAILED", "INCONCLUSIVE", requirements=("CAT-CHAIN-1",))
    with (tmp_path / "out").open("w") as stream:
        text = summary(verdict_on(events, behave_status=1), "results/report.html", Paint(stream))
    first = text.strip().splitlines()[0]
    assert first == "NO-GO  1 of 3 scenarios broke a promise"
    assert "The one with 2" in text
    assert "The one with 3" in text
    assert "0 of 1 proven; CAT-CHAIN-1 FAILED" in text
    assert "results/report.html" in text
    assert "\033" not in text


def test_figures_are_formatted() -> None:
    assert [span(value) for value in (0, 0.000024, 0.0004, 0.0096)] == ["0 s", "0.024 ms", "0.4 ms", "9.6 ms"]
    assert [span(value) for value in (0.00996, 0.9997, 120)] == ["10 ms", "1.0 s", "2 min"]
    assert [span(value) for value in (0.0124, 1.0, 59.96, 250)] == ["12 ms", "1.0 s", "60.0 s", "4 min 10 s"]
    assert [span(value) for value in (7199, 7500, 2678400)] == ["119 min 59 s", "2 h 5 min", "31 days"]
    assert with_budget({"value": 0.5, "unit": "s", "budget": 5}) == "500 ms (budget: 5.0 s)"
    assert with_budget({"value": 99.5, "unit": "%"}) == "99.5 %"
