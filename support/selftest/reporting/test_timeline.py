"""Pictures of scenarios: what the course is read as, and that the picture tells it to people who see no colour."""

import re
from datetime import timedelta
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from support.gate.verdict.fault_windows import FaultWindow
from support.reporting.timeline import picture
from support.reporting.timeline_model import Answer, Course, Recovery, Shown, Stretch
from support.standins.record import RecordedRequest
from support.systems.catalog.actors.operator import Update
from support.systems.catalog.actors.shopper import Crowd, Visit
from support.systems.catalog.targets import CATALOG
from support.systems.catalog.timeline_events import course
from support.systems.harness.actors.caller import Call, CallOutcome, Restart

BEGAN = 1_000.0
SVG = "{http://www.w3.org/2000/svg}"
OUTAGE = Stretch(0.1, 0.8, "the provider is down")


def drawn(told: Course) -> ET.Element:
    return ET.fromstring(picture(told))  # noqa: S314  our own text


def words(svg: ET.Element) -> list[str]:
    return [text.text or "" for text in svg.iter(f"{SVG}text")]


def marks(svg: ET.Element, shown: Shown) -> list[tuple[float, float]]:
    """Where marks of an outcome stand, the one in the legend left out."""
    paths = [path.get("d", "") for path in svg.iter(f"{SVG}path") if path.get("class") == f"mark {shown.name}"]
    return [(float(x), float(y)) for path in paths[1:] for x, y in re.findall(r"M([\d.]+) ([\d.]+)", path)]


def bars(svg: ET.Element, kind: str) -> list[tuple[float, float]]:
    found = [bar for bar in svg.iter(f"{SVG}rect") if bar.get("class") == f"bar {kind}"]
    return [(float(bar.get("x", 0)), float(bar.get("width", 0))) for bar in found]


def test_a_mark_stands_further_right_the_later_and_higher_the_longer_the_wait() -> None:
    answers = [Answer(0.1, 0.5, Shown.SAVED), Answer(0.4, 0.1, Shown.SAVED), Answer(0.9, 1.0, Shown.SAVED)]
    (x1, y1), (x2, y2), (x3, y3) = marks(drawn(Course("s", [OUTAGE], answers)), Shown.SAVED)
    assert x1 < x2 < x3
    assert y3 < y1 < y2


def test_each_outcome_has_a_shape_and_a_name_of_its_own() -> None:
    svg = drawn(Course("s", [OUTAGE], [Answer(number / 10, 0.1, shown) for number, shown in enumerate(Shown)]))
    assert len({shown.outline for shown in Shown}) == len(Shown)
    for shown in Shown:
        assert len(marks(svg, shown)) == 1
        assert f"{shown.words}: once, in 100 ms" in words(svg)


def test_faults_recoveries_updates_and_calls_are_told_beside_what_was_answered() -> None:
    told = Course(
        "The provider comes back",
        faults=[OUTAGE, Stretch(0.2, None, "the backup is down")],
        answers=[Answer(0.3, 0.2, Shown.SAVED), Answer(1.0, 0.1, Shown.LIVE)],
        recoveries=[Recovery(0.8, 1.1, "live prices again")],
        updates=[Stretch(0.3, 0.5, "fallback, saved copy")],
        arrivals=[0.9, 0.95],
        waits=[Stretch(0.9, 5.0, "until 5.0 s")],
    )
    svg = drawn(told)
    said = words(svg)
    for sentence in (
        "The provider comes back",
        "the provider is down",
        "the backup is down, to the end",
        "live prices again, 300 ms after the fault was lifted",
        "fallback, saved copy",
        "until 5.0 s",
        "provider calls: 2",
        "seconds since the scenario began",
    ):
        assert sentence in said
    (outage, lasting), (_, to_the_end) = bars(svg, "fault")
    ((lifted, _),) = bars(svg, "good")
    assert outage + lasting == pytest.approx(lifted, abs=0.2)
    assert to_the_end > lasting
    right = 884
    assert all(x + width <= right + 0.2 for kind in ("fault", "good", "neutral") for x, width in bars(svg, kind))


def test_what_is_said_in_the_same_words_shares_a_lane_and_what_is_not_has_its_own() -> None:
    sentences = ["completed, live prices", "fallback, saved copy", "completed, live prices"]
    updates = [Stretch(at, at + 0.1, said) for at, said in enumerate(sentences)]
    recoveries = [Recovery(1, 1.2, "live prices again"), Recovery(2, 2.5, "live prices again")]
    svg = drawn(Course("s", [OUTAGE], updates=updates, recoveries=recoveries))
    first, again, other = (bar.get("y") for bar in svg.iter(f"{SVG}rect") if bar.get("class") == "bar neutral")
    assert first == again != other
    assert words(svg).count("completed, live prices") == 1
    assert "live prices again 2 times, at most 500 ms after the fault was lifted" in words(svg)


def test_whatever_a_scenario_is_called_is_text() -> None:
    name = 'A <shop> & "co" </svg>'
    assert name in words(drawn(Course(name, [Stretch(0, 1, name)])))


def test_nothing_happened_is_a_picture_too() -> None:
    svg = drawn(Course("Nothing"))
    assert "nobody opened the catalog" in words(svg)
    assert float(svg.get("height", 0)) > 50


def test_a_crowd_costs_no_more_than_its_outline() -> None:
    crowd = [Answer(number / 5_000, number % 97 / 900, Shown.SAVED) for number in range(20_000)]
    text = picture(Course("A crowd", [OUTAGE], crowd, arrivals=[number / 5_000 for number in range(20_000)]))
    assert len(text) < 60_000
    assert "saved copy: 20000 times, in 107 ms at most" in text


def visit(at: float, source: str = "", *, status: int | None = 200, waited: float = 0.1) -> Visit:
    prices = {"Europe 5 GB": Decimal(19)} if source else {}
    return Visit(status, prices, timedelta(seconds=waited), BEGAN + at, source, None, None, "")


def window(begin: float, end: float | None, target: str = "provider", detail: str = "is down") -> FaultWindow:
    lifted = None if end is None else BEGAN + end
    return FaultWindow("1", "a:1", "Outage", target, detail, planned_at=BEGAN + begin, lifted_at=lifted)


def request(at: float, not_before: float | None = None) -> RecordedRequest:
    return RecordedRequest(
        id=1,
        at=BEGAN + at,
        mono=at,
        method="GET",
        path="/",
        not_before=None if not_before is None else BEGAN + not_before,
    )


def read(*history: object, faults: tuple[FaultWindow, ...] = (), requests: tuple[RecordedRequest, ...] = ()) -> Course:
    return course("A scenario", BEGAN, history, faults, requests)


def test_answers_are_told_by_what_they_were_worth() -> None:
    crowd = Crowd((visit(0.5, "provider"), visit(0.4, "backup")))
    told = read(
        visit(0.1, "cache"),
        crowd,
        visit(0.6, status=503),
        visit(0.7, status=None),
        Call(CallOutcome.CUT_OFF, 0.1, 1000.8),
    )
    assert [answer.shown for answer in told.answers] == [
        Shown.SAVED,
        Shown.BACKUP,
        Shown.LIVE,
        Shown.REFUSED,
        Shown.SILENT,
        Shown.SILENT,
    ]
    assert [answer.at for answer in told.answers] == pytest.approx([0.1, 0.4, 0.5, 0.6, 0.7, 0.8])


def test_recovery_runs_from_the_lift_to_the_arrival_of_a_better_answer() -> None:
    told = read(
        visit(0.3, "cache"), visit(1.1, "cache"), visit(1.5, "provider"), visit(2, "provider"), faults=(window(0.2, 1),)
    )
    (recovery,) = told.recoveries
    assert recovery.what == "live prices again"
    assert recovery.took == pytest.approx(0.6)


@pytest.mark.parametrize(
    "history",
    [
        (visit(1.5, "provider"),),  # nobody asked while it was down
        (visit(0.3, "provider"), visit(1.5, "provider")),  # nobody noticed
        (visit(0.3, "cache"), visit(1.5, "backup")),  # worse than before
    ],
)
def test_no_recovery_is_claimed_that_was_not_seen(history: tuple[Visit, ...]) -> None:
    assert not read(*history, faults=(window(0.2, 1),)).recoveries


def test_what_was_never_lifted_has_not_recovered() -> None:
    told = read(visit(0.3, "cache"), visit(1.5, "provider"), faults=(window(0.2, None),))
    assert not told.recoveries
    assert [(fault.end, fault.words) for fault in told.faults] == [(None, "the provider is down")]


def test_two_faults_that_end_in_the_same_answer_are_one_recovery_from_the_first_lift() -> None:
    faults = (window(0.1, 1.2), window(0.1, 1.0, "saved copy"))
    (recovery,) = read(visit(0.3, status=503), visit(1.5, "provider"), faults=faults).recoveries
    assert recovery.began == pytest.approx(1.0)


def test_a_killed_service_recovers_from_the_kill_on() -> None:
    told = read(visit(0.3, "cache"), Restart(CATALOG, 1, BEGAN + 0.5, 0.4), visit(1, "cache", waited=0.2))
    (recovery,) = told.recoveries
    assert recovery.took == pytest.approx(0.7)
    assert recovery.since == "the catalog service was killed"
    assert [fault.words for fault in told.faults] == ["the catalog service is killed and started again"]


def test_what_the_provider_saw_before_the_scenario_is_not_told_and_wishes_that_overlap_are_one() -> None:
    told = read(requests=(request(-1), request(0.1), request(0.2, 2.2), request(0.3, 2.3), request(3, 4)))
    assert told.arrivals == pytest.approx([0.1, 0.2, 0.3, 3])
    assert [(wait.begin, wait.end) for wait in told.waits] == [pytest.approx((0.2, 2.3)), pytest.approx((3, 4))]


def test_an_update_is_told_with_its_end_and_its_source() -> None:
    update = Update("cooling_down", "cache", {}, "", timedelta(seconds=0.5), BEGAN + 1)
    assert read(update).updates == [Stretch(1.0, 1.5, "cooling down, saved copy")]
