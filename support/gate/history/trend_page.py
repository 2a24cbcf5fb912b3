"""The trends as one page that opens from disk: verdicts, times, and each figure that has a budget, run by run.

Pure: runs in, HTML with SVG charts out. It is readable without colour: each verdict has its own shape.
"""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

from markupsafe import Markup

from support.core.amounts import amount, span
from support.core.templates import render
from support.gate.history.axis import linear_marks, logarithmic_marks
from support.gate.history.runs import RunRecord, Scale, comparable
from support.gate.history.trends import counts_in_words, flaky_scenarios

TEMPLATE = Path(__file__).with_suffix(".html")
SHOWN = 60  # runs, the last ones
WIDTH, LEFT, RIGHT, PLOT = 900, 110, 725, 110  # pixels; the labels of lines are to the right of RIGHT
LINE = 14  # pixels; the height of a line of text
LEAST_OF_MOST = 1000  # smaller values are drawn at the bottom of a logarithmic scale
SHAPES = {  # outlines of the marks of verdicts, as in the timelines: a circle is good, a cross is bad
    "go": "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
    "no-go": "m-5-5l10 10m0-10l-10 10",
    "unknown": "m0-6l6 6l-6 6l-6-6z",
    "broken": "m-4.5-4.5h9v9h-9z",
}


def trend_page(runs: Sequence[RunRecord], warnings: Sequence[str]) -> str:
    """*runs* by time; the others are compared with the last one, which *warnings* are about."""
    shown = list(runs)[-SHOWN:]
    figures = sorted({name for run in shown for name in run.worst()})
    pictures = [_verdicts_and_times(shown), *(_figure(name, shown) for name in figures)] if shown else []
    unsteady = [
        f"{name}: {counts_in_words(counts)} (at {code})" for name, (code, counts) in flaky_scenarios(shown).items()
    ]
    return render(
        TEMPLATE,
        shown=len(shown),
        total=len(runs),
        lists=[
            ("Warnings about the last run", warnings),
            ("Flaky: passed and did not pass at the same code", unsteady),
        ],
        pictures=[Markup(picture) for picture in pictures],  # noqa: S704  made by ElementTree, which escapes
    )


def _verdicts_and_times(runs: Sequence[RunRecord]) -> str:
    marks = linear_marks(0, max(run.duration_s for run in runs), "s")
    chart = _Chart("Durations and verdicts of runs", runs, marks[-1], 0.0)
    chart.grid(marks, _mark_label("s"))
    chart.series([(number, run.duration_s, run.verdict) for number, run in enumerate(runs)])
    for verdict in SHAPES:
        if times := sum(run.verdict == verdict for run in runs):
            chart.name(verdict, f"{verdict}: {times}")
    return chart.text()


def _figure(name: str, runs: Sequence[RunRecord]) -> str:
    points = [(number, run.worst()[name]) for number, run in enumerate(runs) if name in run.worst()]
    scale = next(run.scales[name] for run in reversed(runs) if name in run.scales)
    lines = [line for line in (scale.budget, scale.aim) if line is not None]
    values = [value for _, value in points]
    high, low = max(values + lines), min(values + lines)
    if scale.unit == "%" or high <= 0:
        marks = linear_marks(low, high, scale.unit)
        chart = _Chart(name, runs, marks[-1], marks[0])
    else:
        low = max(low, high / LEAST_OF_MOST)
        chart = _Chart(name, runs, high * 1.5, low / 1.5, logarithmic=True)
        marks = logarithmic_marks(low / 1.5, high * 1.5)
    chart.grid(marks, _mark_label(scale.unit))
    chart.series(
        [(number, value, "mark" if comparable(runs[number], runs[-1]) else "mark other") for number, value in points]
    )
    _limits(chart, scale)
    chart.last(f"last: {amount(values[-1], scale.unit)}")
    return chart.text()


def _limits(chart: "_Chart", scale: Scale) -> None:
    if scale.budget is not None:
        least = "at least" if scale.bound == "at_least" else "at most"
        chart.level(scale.budget, "budget", f"budget: {least} {amount(scale.budget, scale.unit)}")
    if scale.aim is not None:
        chart.level(scale.aim, "aim", f"aim: {amount(scale.aim, scale.unit)}")


def _mark_label(unit: str) -> Callable[[float], str]:
    return lambda value: amount(float(f"{value:.6g}"), unit).replace(".0 s", " s")


class _Chart:
    """One chart: runs from left to right at equal distances, values from *bottom* up to *top*."""

    def __init__(
        self, title: str, runs: Sequence[RunRecord], top: float, bottom: float, *, logarithmic: bool = False
    ) -> None:
        self._top = top
        self._bottom = bottom
        self._scale: Callable[[float], float] = math.log if logarithmic else float
        self._runs = runs
        self._named = 0
        self._labels: list[float] = []
        height = PLOT + 64
        self._svg = ET.Element("svg", xmlns="http://www.w3.org/2000/svg", role="img", viewBox=f"0 0 {WIDTH} {height}")
        ET.SubElement(self._svg, "title").text = title
        self._text(0, 16, title, "title")
        ends = {0: (-4, "faint"), len(runs) - 1: (4, "faint end")} if len(runs) > 1 else {0: (0, "faint middle")}
        for number, (shift, kind) in ends.items():
            moment = datetime.fromtimestamp(runs[number].started, UTC).strftime("%Y-%m-%d %H:%M UTC")
            self._text(self._x(number) + shift, PLOT + 52, moment, kind)

    def text(self) -> str:
        return ET.tostring(self._svg, encoding="unicode")

    def grid(self, values: Sequence[float], label: Callable[[float], str]) -> None:
        for value in values:
            self._path("grid", f"M{LEFT} {self._y(value):.1f}H{RIGHT}")
            self._text(LEFT - 8, self._y(value) + 4, label(value), "faint end")

    def series(self, points: Sequence[tuple[int, float, str]]) -> None:
        """Number of the run, value, and class of its mark, which decides the shape."""
        places = [(self._x(number), self._y(value), kind) for number, value, kind in points]
        self._path("line", "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y, _ in places))
        for (number, _, _), (x, y, kind) in zip(points, places, strict=True):
            run = self._runs[number]
            mark = self._path(f"mark {kind}", f"M{x:.1f} {y:.1f}{SHAPES.get(kind, SHAPES['go'])}")
            counts = ", ".join(f"{count} {outcome}" for outcome, count in run.counts.items())
            words = f"run {run.run}: {run.verdict}, {counts}, {span(run.duration_s)}, {run.backend} {run.circumstances.code}"
            ET.SubElement(mark, "title").text = words

    def level(self, value: float, kind: str, words: str) -> None:
        self._path(kind, f"M{LEFT} {self._y(value):.1f}H{RIGHT}")
        place = self._y(value) + 4
        if any(abs(place - other) < LINE for other in self._labels):  # two names do not stand on each other
            place = self._labels[-1] + (LINE if place >= self._labels[-1] else -LINE)
        self._labels.append(place)
        self._text(RIGHT + 8, place, words, "badly" if kind == "budget" else "well")

    def last(self, words: str) -> None:
        """The value of the last run, at the end of the row of the title."""
        self._text(RIGHT, 16, words, "end")

    def name(self, shape: str, words: str) -> None:
        """The next entry of the legend, in the row of the title."""
        x = 400 + self._named
        self._path(f"mark {shape}", f"M{x:g} 12{SHAPES[shape]}")
        self._text(x + 12, 16, words, "faint")
        self._named += 36 + 7 * len(words)

    def _x(self, number: int) -> float:
        if len(self._runs) == 1:
            return (LEFT + RIGHT) / 2
        return LEFT + 12 + (RIGHT - LEFT - 24) * number / (len(self._runs) - 1)

    def _y(self, value: float) -> float:
        low, high = self._scale(self._bottom), self._scale(self._top)
        return 28 + PLOT * (1 - (self._scale(max(value, self._bottom)) - low) / (high - low or 1))

    def _path(self, kind: str, d: str) -> ET.Element:
        return ET.SubElement(self._svg, "path", {"class": kind, "d": d})

    def _text(self, x: float, y: float, words: str, kind: str) -> None:
        ET.SubElement(self._svg, "text", {"class": kind, "x": f"{x:.1f}", "y": f"{y:.1f}"}).text = words
