"""The picture of a timeline: what it shows, and that it can be read without colour."""

import re
from xml.etree import ElementTree as ET

import pytest

from support.reporting.timeline import picture
from support.reporting.timeline_model import (
    ANSWERED,
    REFUSED,
    SILENT,
    Answer,
    Colour,
    Grade,
    Interval,
    Lane,
    Recovery,
    Ticks,
    Timeline,
)

SVG = "{http://www.w3.org/2000/svg}"
OUTAGE = Interval(0.1, 0.8, "the provider is down")
FRESH = Grade("fresh", 0, "m-5 0h10", Colour.GREEN)
COPY = Grade("a copy", 1, "m-4.5-4.5h9v9h-9z", Colour.BLUE)
GRADES = (FRESH, COPY, ANSWERED, REFUSED, SILENT)


def drawn(timeline: Timeline) -> ET.Element:
    return ET.fromstring(picture(timeline))  # noqa: S314  made by us


def words(svg: ET.Element) -> list[str]:
    return [text.text or "" for text in svg.iter(f"{SVG}text")]


def marks(svg: ET.Element, grade: Grade) -> list[tuple[float, float]]:
    """The places of the marks of a grade, without the one in the legend."""
    outline = re.escape(grade.mark)
    paths = [path.get("d", "") for path in svg.iter(f"{SVG}path") if path.get("class") == f"mark {grade.colour}"]
    found = [place for path in paths for place in re.findall(rf"M([\d.]+) ([\d.]+){outline}(?=M|$)", path)]
    return [(float(x), float(y)) for x, y in found[1:]]


def bars(svg: ET.Element, kind: str) -> list[tuple[float, float]]:
    found = [bar for bar in svg.iter(f"{SVG}rect") if bar.get("class") == f"bar {kind}"]
    return [(float(bar.get("x", 0)), float(bar.get("width", 0))) for bar in found]


def test_later_answers_are_further_right_and_longer_waits_higher() -> None:
    answers = [Answer(0.1, 0.5, COPY), Answer(0.4, 0.1, COPY), Answer(0.9, 1.0, COPY)]
    (x1, y1), (x2, y2), (x3, y3) = marks(drawn(Timeline("s", [OUTAGE], answers)), COPY)
    assert x1 < x2 < x3
    assert y3 < y1 < y2


def test_each_grade_has_its_own_mark_and_words_with_the_best_first() -> None:
    answers = [Answer(number / 10, 0.1, grade) for number, grade in enumerate(reversed(GRADES))]
    svg = drawn(Timeline("s", [OUTAGE], answers))
    assert len({grade.mark for grade in GRADES}) == len(GRADES)
    for grade in GRADES:
        assert len(marks(svg, grade)) == 1
    legend = [text for text in words(svg) if ": once, in 100 ms" in text]
    assert legend == [f"{grade.words}: once, in 100 ms" for grade in GRADES]


def test_faults_recoveries_and_lanes_are_shown_with_the_answers() -> None:
    timeline = Timeline(
        "The provider comes back",
        faults=[OUTAGE, Interval(0.2, None, "the backup is down")],
        answers=[Answer(0.3, 0.2, COPY), Answer(1.0, 0.1, FRESH)],
        recoveries=[Recovery(0.8, 1.1, "fresh again")],
        lanes=[
            Lane("updates", [Interval(0.3, 0.5, "fallback")]),
            Lane("asked to wait", [Interval(0.9, 5.0, "until 5.0 s")], may_outlast=True),
            Ticks("provider calls", [0.9, 0.95]),
        ],
    )
    svg = drawn(timeline)
    shown = words(svg)
    for sentence in (
        "The provider comes back",
        "the provider is down",
        "the backup is down, to the end",
        "fresh again, 300 ms after the fault was lifted",
        "updates",
        "fallback",
        "asked to wait",
        "until 5.0 s",
        "provider calls: 2",
        "seconds since the scenario began",
    ):
        assert sentence in shown
    (outage, length), (_, to_the_end) = bars(svg, "fault")
    ((lifted, _),) = bars(svg, "good")
    assert outage + length == pytest.approx(lifted, abs=0.2)
    assert to_the_end > length
    right = 884
    assert all(x + width <= right + 0.2 for kind in ("fault", "good", "neutral") for x, width in bars(svg, kind))


def test_only_lanes_within_the_scenario_extend_the_axis() -> None:
    pause = [Interval(0.5, 60.0, "until 60.0 s")]
    assert (
        Timeline("s", answers=[Answer(0.2, 1.0, COPY)], lanes=[Lane("pause", pause, may_outlast=True)]).duration_s
        == 1.2
    )
    assert Timeline("s", lanes=[Lane("updates", pause)]).duration_s == 60


def test_the_axis_starts_when_the_scenario_began() -> None:
    timeline = Timeline("s", [Interval(1000.1, 1000.8, "down")], [Answer(1000.3, 0.2, COPY)], began=1000.0)
    same = Timeline("s", [Interval(0.1, 0.8, "down")], [Answer(0.3, 0.2, COPY)])
    assert picture(timeline) == picture(same)


def test_equal_wordings_share_a_line() -> None:
    sentences = ["completed", "fallback", "completed"]
    updates = [Interval(at, at + 0.1, said) for at, said in enumerate(sentences)]
    recoveries = [Recovery(1, 1.2, "fresh again"), Recovery(2, 2.5, "fresh again")]
    svg = drawn(Timeline("s", [OUTAGE], recoveries=recoveries, lanes=[Lane("updates", updates)]))
    first, again, other = (bar.get("y") for bar in svg.iter(f"{SVG}rect") if bar.get("class") == "bar neutral")
    assert first == again != other
    assert words(svg).count("completed") == 1
    assert "fresh again 2 times, at most 500 ms after the fault was lifted" in words(svg)


def test_markup_in_names_is_text() -> None:
    name = 'A <shop> & "co" </svg>'
    assert name in words(drawn(Timeline(name, [Interval(0, 1, name)])))


def test_a_picture_without_events_says_so() -> None:
    svg = drawn(Timeline("Nothing", no_answers="no shopper came"))
    assert "no shopper came" in words(svg)
    assert float(svg.get("height", 0)) > 50


def test_many_answers_keep_the_picture_small() -> None:
    crowd = [Answer(number / 5_000, number % 97 / 900, COPY) for number in range(20_000)]
    calls = Ticks("provider calls", [number / 5_000 for number in range(20_000)])
    text = picture(Timeline("A crowd", [OUTAGE], crowd, lanes=[calls]))
    assert len(text) < 60_000
    assert "a copy: 20000 times, in 107 ms at most" in text
