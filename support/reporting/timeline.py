"""The course of a scenario as a picture. Pure: values go in, SVG text comes out.

It reads without colour: each outcome has a shape of its own, everything else has its name beside it. Where the page that
shows it says whether it is light or dark, it follows.
"""

from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path
from xml.etree import ElementTree as ET

from support.core.amounts import span
from support.reporting.timeline_model import Answer, Course, Recovery, Shown, Stretch

WIDTH, LEFT, RIGHT = 900, 130, 884  # pixels; between LEFT and RIGHT runs the time
PLOT, LANE = 130, 22
LETTER = 6.1  # how wide a letter is, on average
FEW = 6  # lines from top to bottom that do not hide each other
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)
STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")


def picture(course: Course) -> str:
    """SVG, 900 pixels wide, as high as it needs."""
    return _Drawing(course).text()


class _Drawing:
    """From top to bottom: title, legend, faults, recoveries, answers, updates, the provider's requests, the axis."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._last = max(course.end * 1.02, 0.1)
        self._svg = ET.Element("svg", xmlns="http://www.w3.org/2000/svg", role="img")
        ET.SubElement(self._svg, "title").text = f"{course.name}: what happened, in seconds since the scenario began"
        ET.SubElement(self._svg, "style").text = STYLE
        page = self._add("rect", "page", x=0, y=0, width=WIDTH, rx=6)
        self._say(12, 22, course.name, "title")
        self._y = 44.0
        self._legend()
        self._y += 14
        back = ET.SubElement(self._svg, "g")  # what lies behind everything else
        self._lanes("broken", course.faults, "fault")
        self._lanes("recovery", _told(course.recoveries), "good")
        top = self._y + 6
        self._answers()
        self._lanes("updates", course.updates, "neutral")
        self._lanes("asked to wait", course.waits, "neutral")
        self._arrivals()
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
        for shown in Shown:
            waits = [answer.waited for answer in self._course.answers if answer.shown is shown]
            if waits:
                longest = f"in {span(max(waits))}{' at most' if len(waits) > 1 else ''}"
                words = f"{shown.words}: {f'{len(waits)} times' if len(waits) > 1 else 'once'}, {longest}"
                if x + len(words) * LETTER > RIGHT:
                    x, self._y = 20.0, self._y + 20
                self._add("path", f"mark {shown.name}", d=f"M{x:g} {self._y - 4:g}{shown.outline}")
                self._say(x + 12, self._y, words)
                x += 36 + len(words) * LETTER
        if not self._course.answers:
            nobody = "no application was at work" if self._course.arrivals is None else "nobody opened the catalog"
            self._say(12, self._y, nobody, "faint")

    def _lanes(self, name: str, stretches: Sequence[Stretch], kind: str) -> None:
        """A lane for each sentence, with a bar for each time that it held."""
        lanes: dict[str, list[tuple[float, float]]] = {}
        for stretch in sorted(stretches, key=lambda one: one.begin):
            words = stretch.words if stretch.end is not None else f"{stretch.words}, to the end"
            end = self._last if stretch.end is None else stretch.end
            lanes.setdefault(words, []).append((self._x(stretch.begin), self._x(end)))
        for number, (words, bars) in enumerate(lanes.items()):
            y = self._y + number * LANE
            for begin, end in bars:
                self._add("rect", f"bar {kind}", x=begin, y=y, width=max(end - begin, 2), height=LANE - 5, rx=2)
            self._say(_place(bars[0][0], len(words) * LETTER), y + 13, words)
        self._row(name, len(lanes))

    def _answers(self) -> None:
        answers = self._course.answers
        if not answers:
            return
        longest = max(0.2, *(answer.waited for answer in answers))
        step = _step(longest, 4)
        base, scale = self._y + PLOT, (PLOT - 34) / longest
        self._say(LEFT - 10, self._y + 14, "they waited", "faint end")
        for number in range(int(longest / step) + 1):
            y = base - number * step * scale
            self._add("path", "grid", d=f"M{LEFT} {y:.1f}H{RIGHT}")
            self._say(LEFT - 10, y + 4, f"{number * step:g} s", "faint end")
        places = [(self._x(answer.at), base - answer.waited * scale, answer) for answer in answers]
        if len(answers) <= 40:
            stems = "".join(f"M{x:.1f} {base:g}V{y:.1f}" for x, y, _ in places)
            self._add("path", "stem", d=stems)
        crowded = len(answers) > 300
        cell = 8 if crowded else 3  # marks that would hide each other are drawn once
        for shown in Shown:
            spots = {(x // cell, y // cell): (x, y) for x, y, answer in places if answer.shown is shown}
            if spots:
                d = "".join(f"M{x:.1f} {y:.1f}{shown.outline}" for x, y in spots.values())
                self._add("path", f"mark {shown.name}", d=d)
        if not crowded:
            self._name_first(places)
        self._y = base + 16

    def _name_first(self, places: Sequence[tuple[float, float, Answer]]) -> None:
        """Words beside the first mark of each outcome, if there is room for them."""
        taken: list[tuple[float, float, float]] = []
        for x, y, answer in {
            place[2].shown: place for place in sorted(places, key=itemgetter(0), reverse=True)
        }.values():
            words = answer.shown.words
            width = len(words) * LETTER
            left = x + 10 if x + 10 + width <= RIGHT else x - 10 - width
            if all(abs(y - other) > 14 or left > end or left + width < begin for begin, end, other in taken):
                taken.append((left, left + width, y))
                self._say(left, y - 8, words)

    def _arrivals(self) -> None:
        if self._course.arrivals is None:
            return
        spots = sorted({round(self._x(moment)) for moment in self._course.arrivals})
        self._add("path", "tick", d="".join(f"M{x} {self._y:g}v14" for x in spots))
        self._row(f"provider calls: {len(self._course.arrivals)}", 1)

    def _row(self, name: str, lanes: int) -> None:
        if lanes:
            self._say(LEFT - 10, self._y + 12, name, "faint end")
            self._y += lanes * LANE

    def _backdrop(self, back: ET.Element, top: float) -> None:
        for fault in self._course.faults:
            begin, end = self._x(fault.begin), self._x(self._last if fault.end is None else fault.end)
            height = self._y - top
            ET.SubElement(back, "rect", _attributes("shade", x=begin, y=top, width=end - begin, height=height))
            ET.SubElement(
                back, "path", _attributes("edge", d=f"M{begin:.1f} {top:g}v{height:g}M{end:.1f} {top:g}v{height:g}")
            )
        for recovery in self._course.recoveries if len(self._course.recoveries) <= FEW else ():
            d = f"M{self._x(recovery.answered):.1f} {top - 12:g}V{self._y:g}"
            ET.SubElement(back, "path", _attributes("well", d=d))

    def _axis(self) -> float:
        """The bottom; returns the height of the whole."""
        y, step = self._y + 2, _step(self._last, 10)
        marks = [number * step for number in range(int(self._last / step) + 1)]
        ticks = "".join(f"M{self._x(mark):.1f} {y:g}v5" for mark in marks)
        self._add("path", "tick", d=f"M{LEFT} {y:g}H{RIGHT}{ticks}")
        for mark in marks:
            self._say(self._x(mark), y + 18, f"{mark:g}", "faint middle")
        self._say((LEFT + RIGHT) / 2, y + 36, "seconds since the scenario began", "faint middle")
        return y + 46

    def _x(self, moment: float) -> float:
        return LEFT + min(max(moment / self._last, 0), 1) * (RIGHT - LEFT)

    def _add(self, tag: str, kind: str, **where: object) -> ET.Element:
        return ET.SubElement(self._svg, tag, _attributes(kind, **where))

    def _say(self, x: float, y: float, words: str, kind: str = "") -> None:
        self._add("text", kind, x=x, y=y).text = words


def _place(begin: float, width: float) -> float:
    """Where words begin that belong to a bar: inside it, else in front of it, else as far to the right as they can."""
    if begin + 6 + width <= RIGHT:
        return begin + 6
    return begin - 6 - width if begin - 6 - width >= LEFT else max(RIGHT - width, LEFT)


def _told(recoveries: Sequence[Recovery]) -> list[Stretch]:
    """Recoveries of one kind are told in one sentence."""
    kinds: dict[tuple[str, str], list[Recovery]] = {}
    for recovery in recoveries:
        kinds.setdefault((recovery.what, recovery.since), []).append(recovery)
    told = []
    for (what, since), alike in kinds.items():
        often = f" {len(alike)} times, at most" if len(alike) > 1 else ","
        words = f"{what}{often} {span(max(one.took for one in alike))} after {since}"
        told += [Stretch(one.began, one.answered, words) for one in alike]
    return told


def _attributes(kind: str, **where: object) -> dict[str, str]:
    told = {name: f"{value:.1f}" if isinstance(value, float) else str(value) for name, value in where.items()}
    return {"class": kind, **told} if kind else told


def _step(length: float, at_most: int) -> float:
    """The smallest round step that divides *length* into *at_most* parts."""
    return next((step for step in STEPS if length / step <= at_most), length / at_most)
