"""What the report makes of a session's timeline events and the fault windows of the journal."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.behave_runtime import recording as current
from support.behave_runtime.stage import Stage
from support.core.journal import Journal
from support.core.settings import Settings
from support.core.target import Target
from support.gate.verdict.fault_windows import FaultWindow
from support.gate.verdict.recovery import BASELINE, DEGRADED, DETECTION, RECOVERY
from support.measure.ledger import Fate, Ledger
from support.measure.recovery import MeasuredTime, Restart
from support.measure.recovery_clock import ObservedRecovery, RecoveryStart
from support.reporting import evidence
from support.reporting.story import report_story, timeline_of
from support.reporting.timeline_model import (
    ANSWERED,
    REFUSED,
    SILENT,
    Answer,
    Colour,
    Grade,
    Row,
    Table,
    Text,
    Timeline,
    TimelineEvents,
)

BEGAN = 1_000.0
LIVE = Grade("live", 0, "m0 0", Colour.GREEN)
COPY = Grade("copy", 1, "m0 1", Colour.BLUE)
BACKUP = Grade("backup", 2, "m0 2", Colour.ORANGE)
KILLED = "the etcd leader is killed"


def answer(at: float, grade: Grade, waited_s: float = 0.1, *, by_user: bool = True) -> Answer:
    return Answer(BEGAN + at, waited_s, grade, by_user=by_user)


def window(begin: float, end: float | None, target: str = "provider", detail: str = "is down") -> FaultWindow:
    lifted = None if end is None else BEGAN + end
    return FaultWindow(f"{target}/{begin}", "a:1", "Outage", target, detail, planned_at=BEGAN + begin, lifted_at=lifted)


def after_lift(*answers: Answer, windows: tuple[FaultWindow, ...] = (), restarts: tuple[Restart, ...] = ()) -> Timeline:
    events = TimelineEvents(answers=answers, best=LIVE, restarts=restarts)
    return timeline_of("A scenario", BEGAN, events, windows)


def failover(*grades: Grade, lifted: float | None = None) -> Timeline:
    """A request every half second, each taking a tenth; the leader is killed at second 1."""
    answers = [answer(number / 2, grade) for number, grade in enumerate(grades)]
    events = TimelineEvents(answers=answers, failover=True, roles={"etcd member 2": "the etcd leader"})
    return timeline_of("A scenario", BEGAN, events, [window(1, lifted, "etcd member 2", "is killed")])


def test_answers_are_sorted_by_time() -> None:
    timeline = after_lift(answer(0.5, LIVE), answer(0.1, COPY))
    assert [one.grade for one in timeline.answers] == [COPY, LIVE]


def test_recovery_runs_from_the_lift_to_the_arrival_of_a_better_answer() -> None:
    answers = [answer(0.3, COPY), answer(1.1, COPY), answer(1.5, LIVE), answer(2, LIVE)]
    (recovery,) = after_lift(*answers, windows=(window(0.2, 1),)).recoveries
    assert (recovery.what, recovery.since) == ("live again", "the fault was lifted")
    assert recovery.fault == "the provider is down"
    assert recovery.took_s == pytest.approx(0.6)
    assert recovery.times.keys() == {DETECTION, DEGRADED, RECOVERY, BASELINE}


@pytest.mark.parametrize(
    "answers",
    [
        [answer(1.5, LIVE)],  # no request while it was down
        [answer(0.3, LIVE), answer(1.5, LIVE)],  # not noticed
        [answer(0.3, COPY), answer(1.5, BACKUP)],  # worse than before
    ],
)
def test_a_recovery_that_was_not_observed_is_not_shown(answers: list[Answer]) -> None:
    assert not after_lift(*answers, windows=(window(0.2, 1),)).recoveries


def test_a_fault_that_was_never_lifted_has_no_recovery() -> None:
    timeline = after_lift(answer(0.3, COPY), answer(1.5, LIVE), windows=(window(0.2, None),))
    assert not timeline.recoveries
    assert [(fault.end, fault.words) for fault in timeline.faults] == [(None, "the provider is down")]


def test_two_faults_that_end_in_the_same_answer_are_one_recovery_from_the_first_lift() -> None:
    windows = (window(0.1, 1.2), window(0.1, 1.0, "saved copy"))
    (recovery,) = after_lift(answer(0.3, REFUSED), answer(1.5, LIVE), windows=windows).recoveries
    assert recovery.began == pytest.approx(BEGAN + 1.0)


def test_a_killed_process_recovers_from_the_kill_on() -> None:
    restart = Restart(Target("catalog service"), 1, BEGAN + 0.5, 0.4)
    timeline = after_lift(answer(0.3, COPY), answer(1, COPY, 0.2), restarts=(restart,))
    (recovery,) = timeline.recoveries
    assert recovery.took_s == pytest.approx(0.7)
    assert recovery.since == recovery.fault == "the catalog service was killed"
    assert [fault.words for fault in timeline.faults] == ["the catalog service is killed and started again"]


def test_a_recovery_that_a_step_waited_for_is_shown_as_well() -> None:
    observed = ObservedRecovery("all agree", RecoveryStart(BEGAN + 1, "a cut", "it healed"), MeasuredTime(0.5, 0.1))
    (recovery,) = timeline_of("s", BEGAN, TimelineEvents(recoveries=[observed]), []).recoveries
    assert (recovery.what, recovery.since, recovery.fault) == ("all agree", "it healed", "a cut, until all agree")
    assert recovery.arrived == pytest.approx(BEGAN + 1.5)
    assert recovery.times == {RECOVERY: observed.time}


def test_failover_runs_from_the_fault_to_the_first_answer_after_the_last_failure() -> None:
    (recovery,) = failover(ANSWERED, ANSWERED, ANSWERED, SILENT, REFUSED, ANSWERED).recoveries
    assert recovery.times[DETECTION].seconds == pytest.approx(0.6)  # from second 1 to the answer to the request at 1.5
    assert recovery.times[DEGRADED].seconds == pytest.approx(1.0)
    assert recovery.times[RECOVERY].seconds == pytest.approx(1.6)
    assert recovery.times[RECOVERY].resolution == pytest.approx(0.6)
    assert (recovery.what, recovery.since, recovery.fault) == ("an answer again", KILLED, KILLED)


def test_a_fault_is_named_by_role_and_by_target() -> None:
    assert [fault.words for fault in failover(ANSWERED, lifted=2).faults] == [f"{KILLED} (etcd member 2)"]


@pytest.mark.parametrize("grades", [[ANSWERED] * 6, [ANSWERED, ANSWERED, SILENT, SILENT]])
def test_no_failover_is_shown_without_a_failure_or_without_an_end(grades: list[Grade]) -> None:
    assert failover(*grades).recoveries == []


class Attachments:
    """Takes the place of Allure."""

    def __init__(self) -> None:
        self.by_name: dict[str, str] = {}

    def __call__(self, name: str, body: str, _kind: object) -> None:
        self.by_name[name] = body


@pytest.fixture
def attached(monkeypatch: pytest.MonkeyPatch) -> Attachments:
    attachments = Attachments()
    monkeypatch.setattr(evidence, "_attach", attachments)
    return attachments


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """The journal of a run in the middle of a scenario with one fault."""
    journal = Journal(tmp_path / "journal.jsonl", "a1")
    current.begin(current.Recording(Settings(), tmp_path, tmp_path, journal, {}, "a:1"))
    journal.write("figure", scenario="earlier", name="x", value=1, unit="s")
    journal.write("scenario-started", scenario="a:1")
    journal.write("fault-planned", fault="1", scenario="a:1", kind="Outage", target="provider", detail="is down")
    journal.write("fault-lifted", fault="1")
    yield journal
    current.end()


class Session:
    def __init__(self, *answers: Answer) -> None:
        self._answers = answers

    def timeline_events(self, _stage: Stage, began: float) -> TimelineEvents:
        return TimelineEvents(
            answers=[Answer(began + one.at, one.waited_s, one.grade, one.by_user) for one in self._answers],
            recoveries=[ObservedRecovery("all is well", RecoveryStart(began, "a fault", "then"), MeasuredTime(2, 0.5))],
            tables=[
                Table("Answers", [Row({"who": "a <shopper>"}, began + 1.5), Row({"who": "another"})]),
                Table("Empty", []),
            ],
            on_failure=lambda: [Text("The log", "all quiet")],
            longest_wait="longest wait",
        )


def figures(journal: Journal) -> list[tuple[object, ...]]:
    events = [event for event in journal.events if event["event"] == "figure" and event["scenario"] == "a:1"]
    return [(event["name"], event["value"], event.get("fault"), event.get("resolution")) for event in events]


def test_tables_picture_figures_and_the_last_ledger_are_reported(journal: Journal, attached: Attachments) -> None:
    stage = Stage()
    for fate in (Fate.CONFIRMED, Fate.REFUSED):
        stage.put(Ledger("orders")).enter("one", fate)
    session = Session(Answer(0.1, 0.7, ANSWERED), Answer(0.2, 3.0, ANSWERED, by_user=False))
    report_story(session, stage, "A scenario", failed=False)
    assert set(attached.by_name) == {"Answers", "What happened, second by second", "Loss ledger"}
    assert "<td>1.500</td>" in attached.by_name["Answers"]
    assert "a &lt;shopper&gt;" in attached.by_name["Answers"]
    assert figures(journal) == [
        ("longest wait", 0.7, None, None),
        (RECOVERY, 2, "a fault, until all is well", 0.5),
    ]
    (ledger,) = (event for event in journal.events if event["event"] == "ledger")
    assert (ledger["scenario"], ledger["of"], ledger["refused"]) == ("a:1", "orders", 1)
    json.dumps(ledger)


def test_a_failed_scenario_shows_more(journal: Journal, attached: Attachments) -> None:
    report_story(Session(), Stage(), "A scenario", failed=True)
    assert attached.by_name["The log"] == "all quiet"


def test_without_answers_to_users_no_times_are_recorded(journal: Journal, attached: Attachments) -> None:
    report_story(Session(Answer(0.1, 0.7, ANSWERED, by_user=False)), Stage(), "A scenario", failed=False)
    assert figures(journal) == []
