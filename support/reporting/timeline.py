"""The timeline of a scenario as an SVG picture. Pure: values in, SVG text out.

It can be read without colour: each grade of answers has its own mark, and everything else has its name beside it. It follows the
light or dark theme of the page that shows it, where the page declares one.
"""

from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path
from xml.etree import ElementTree as ET

from support.core.amounts import span
from support.reporting.timeline_model import Answer, Grade, Interval, Lane, Recovery, Ticks, Timeline

WIDTH, LEFT, RIGHT = 900, 130, 884  # pixels; the time axis runs from LEFT to RIGHT
PLOT, LANE = 130, 22  # pixels; heights
LETTER = 6.1  # average width of a letter in pixels
FEW = 6  # so many vertical lines do not hide each other
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)
STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")


def picture(timeline: Timeline) -> str:
    """SVG, 900 pixels wide, as high as needed."""
    return _Drawing(timeline).text()


class _Drawing:
    """From top to bottom: title, legend, faults, recoveries, answers, the system's own lanes, the axis."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._length_s = max(timeline.duration_s * 1.02, 0.1)
        self._svg = ET.Element("svg", xmlns="http://www.w3.org/2000/svg", role="img")
        ET.SubElement(self._svg, "title").text = f"{timeline.name}: what happened, in seconds since the scenario began"
        ET.SubElement(self._svg, "style").text = STYLE
        page = self._add("rect", "page", x=0, y=0, width=WIDTH, rx=6)
        self._say(12, 22, timeline.name, "title")
        self._y = 44.0
        self._legend()
        self._y += 14
        back = ET.SubElement(self._svg, "g")  # drawn behind everything else
        self._intervals("broken", timeline.faults, "fault")
        self._intervals("recovery", _intervals_of(timeline.recoveries), "good")
        top = self._y + 6
        self._answers()
        for lane in timeline.lanes:
            if isinstance(lane, Lane):
                self._intervals(lane.name, lane.intervals, "neutral")
            else:
                self._ticks(lane)
        self._backdrop(back, top)
        height = self._axis()
        page.set("height", f"{height:g}")
        self._svg.set("viewBox", f"0 0 {WIDTH} {height:g}")
        self._svg.set("width", f"{WIDTH}")
        self._svg.set("height", f"{height:g}")

    def text(self) -> str:
        return ET.tostring(self._svg, encoding="unicode")

    def _legend(self) -> None:
        x = 20.0
        by_grade = _by_grade(self._timeline.answers)
        for grade, answers in by_grade.items():
            longest = f"in {span(max(one.waited_s for one in answers))}{' at most' if len(answers) > 1 else ''}"
            words = f"{grade.words}: {f'{len(answers)} times' if len(answers) > 1 else 'once'}, {longest}"
            if x + len(words) * LETTER > RIGHT:
                x, self._y = 20.0, self._y + 20
            self._add("path", f"mark {grade.colour}", d=f"M{x:g} {self._y - 4:g}{grade.mark}")
            self._say(x + 12, self._y, words)
            x += 36 + len(words) * LETTER
        if not by_grade:
            self._say(12, self._y, self._timeline.no_answers, "faint")

    def _intervals(self, name: str, intervals: Sequence[Interval], kind: str) -> None:
        """One line for each wording, with a bar for each interval."""
        lines: dict[str, list[tuple[float, float]]] = {}
        for interval in sorted(intervals, key=lambda one: one.begin):
            words = interval.words if interval.end is not None else f"{interval.words}, to the end"
            lines.setdefault(words, []).append((self._x(interval.begin), self._x(interval.end)))
        for number, (words, bars) in enumerate(lines.items()):
            y = self._y + number * LANE
            for begin, end in bars:
                self._add("rect", f"bar {kind}", x=begin, y=y, width=max(end - begin, 2), height=LANE - 5, rx=2)
            self._say(_place(bars[0][0], len(words) * LETTER), y + 13, words)
        self._row(name, len(lines))

    def _answers(self) -> None:
        answers = self._timeline.answers
        if not answers:
            return
        longest = max(0.2, *(answer.waited_s for answer in answers))
        step = _step(longest, 4)
        base, scale = self._y + PLOT, (PLOT - 34) / longest
        self._say(LEFT - 10, self._y + 14, "they waited", "faint end")
        for number in range(int(longest / step) + 1):
            y = base - number * step * scale
            self._add("path", "grid", d=f"M{LEFT} {y:.1f}H{RIGHT}")
            self._say(LEFT - 10, y + 4, f"{number * step:g} s", "faint end")
        places = [(self._x(answer.at), base - answer.waited_s * scale, answer) for answer in answers]
        if len(answers) <= 40:
            stems = "".join(f"M{x:.1f} {base:g}V{y:.1f}" for x, y, _ in places)
            self._add("path", "stem", d=stems)
        crowded = len(answers) > 300
        cell = 8 if crowded else 3  # marks that would hide each other are drawn once
        for grade in _by_grade(answers):
            spots = {(x // cell, y // cell): (x, y) for x, y, answer in places if answer.grade == grade}
            d = "".join(f"M{x:.1f} {y:.1f}{grade.mark}" for x, y in spots.values())
            self._add("path", f"mark {grade.colour}", d=d)
        if not crowded:
            self._name_first(places)
        self._y = base + 16

    def _name_first(self, places: Sequence[tuple[float, float, Answer]]) -> None:
        """Words beside the first mark of each grade, where there is room."""
        taken: list[tuple[float, float, float]] = []
        for x, y, answer in {
            place[2].grade: place for place in sorted(places, key=itemgetter(0), reverse=True)
        }.values():
            words = answer.grade.words
            width = len(words) * LETTER
            left = x + 10 if x + 10 + width <= RIGHT else x - 10 - width
            if all(abs(y - other) > 14 or left > end or left + width < begin for begin, end, other in taken):
                taken.append((left, left + width, y))
                self._say(left, y - 8, words)

    def _ticks(self, lane: Ticks) -> None:
        spots = sorted({round(self._x(moment)) for moment in lane.moments})
        self._add("path", "tick", d="".join(f"M{x} {self._y:g}v14" for x in spots))
        self._row(f"{lane.name}: {len(lane.moments)}", 1)

    def _row(self, name: str, lanes: int) -> None:
        if lanes:
            self._say(LEFT - 10, self._y + 12, name, "faint end")
            self._y += lanes * LANE

    def _backdrop(self, back: ET.Element, top: float) -> None:
        for fault in self._timeline.faults:
            begin, end = self._x(fault.begin), self._x(fault.end)
            height = self._y - top
            ET.SubElement(back, "rect", _attributes("shade", x=begin, y=top, width=end - begin, height=height))
            ET.SubElement(
                back, "path", _attributes("edge", d=f"M{begin:.1f} {top:g}v{height:g}M{end:.1f} {top:g}v{height:g}")
            )
        for recovery in self._timeline.recoveries if len(self._timeline.recoveries) <= FEW else ():
            d = f"M{self._x(recovery.arrived):.1f} {top - 12:g}V{self._y:g}"
            ET.SubElement(back, "path", _attributes("well", d=d))

    def _axis(self) -> float:
        """Draw the axis at the bottom. Returns the height of the picture."""
        y, step = self._y + 2, _step(self._length_s, 10)
        marks = [number * step for number in range(int(self._length_s / step) + 1)]
        ticks = "".join(f"M{self._place_of(mark):.1f} {y:g}v5" for mark in marks)
        self._add("path", "tick", d=f"M{LEFT} {y:g}H{RIGHT}{ticks}")
        for mark in marks:
            self._say(self._place_of(mark), y + 18, f"{mark:g}", "faint middle")
        self._say((LEFT + RIGHT) / 2, y + 36, "seconds since the scenario began", "faint middle")
        return y + 46

    def _x(self, moment: float | None) -> float:
        """None is the end of the scenario."""
        return RIGHT if moment is None else self._place_of(moment - self._timeline.began)

    def _place_of(self, second: float) -> float:
        return LEFT + min(max(second / self._length_s, 0), 1) * (RIGHT - LEFT)

    def _add(self, tag: str, kind: str, **where: object) -> ET.Element:
        return ET.SubElement(self._svg, tag, _attributes(kind, **where))

    def _say(self, x: float, y: float, words: str, kind: str = "") -> None:
        self._add("text", kind, x=x, y=y).text = words


def _place(begin: float, width: float) -> float:
    """The left edge of words of that *width* that belong to a bar: inside the bar, or before it, or as far right as possible."""
    if begin + 6 + width <= RIGHT:
        return begin + 6
    return begin - 6 - width if begin - 6 - width >= LEFT else max(RIGHT - width, LEFT)


def _by_grade(answers: Sequence[Answer]) -> dict[Grade, list[Answer]]:
    """The best grade first."""
    found: dict[Grade, list[Answer]] = {}
    for answer in sorted(answers, key=lambda one: one.grade.rank):
        found.setdefault(answer.grade, []).append(answer)
    return found


def _intervals_of(recoveries: Sequence[Recovery]) -> list[Interval]:
    """Recoveries of the same kind share one sentence."""
    kinds: dict[tuple[str, str], list[Recovery]] = {}
    for recovery in recoveries:
        kinds.setdefault((recovery.what, recovery.since), []).append(recovery)
    intervals = []
    for (what, since), alike in kinds.items():
        times = f" {len(alike)} times, at most" if len(alike) > 1 else ","
        words = f"{what}{times} {span(max(one.took_s for one in alike))} after {since}"
        intervals += [Interval(one.began, one.arrived, words) for one in alike]
    return intervals


def _attributes(kind: str, **where: object) -> dict[str, str]:
    values = {name: f"{value:.1f}" if isinstance(value, float) else str(value) for name, value in where.items()}
    return {"class": kind, **values} if kind else values


def _step(length: float, at_most: int) -> float:
    """The smallest round step that divides *length* into *at_most* parts."""
    return next((step for step in STEPS if length / step <= at_most), length / at_most)
