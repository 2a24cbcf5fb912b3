"""The history of runs: what is kept, when a change is a regression and when it is noise, and the charts."""

import json
import random
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from support.gate.cli import main
from support.gate.history import runs as history
from support.gate.history.axis import linear_marks, logarithmic_marks
from support.gate.history.runs import Circumstances, RunRecord, Scale, ScenarioRecord
from support.gate.history.trend_page import trend_page
from support.gate.history.trends import flaky_scenarios, usual_if_worse, warnings

HERE = Circumstances(code="0123456789ab", cpus=2, workers=1)
BUDGET = Scale("s", 30, "at_most", 3)
SHARE = Scale("%", 95, "at_least", 99.5)
OLD_LINE = {
    "run": "a1",
    "started": 1_700_000_000.0,
    "duration_s": 12.5,
    "verdict": "go",
    "exit_code": 0,
    "because": "all is well",
    "backend": "embedded",
    "seed": 7,
    "counts": {"PASSED": 3},
}


def run(number=0, took=100.0, outcome="PASSED", verdict="go", under=HERE, **figures) -> RunRecord:
    record = ScenarioRecord("The shop opens", outcome, 1.0, figures)
    scales = {name: SHARE if name == "share" else BUDGET for name in figures}
    started = 1_700_000_000.0 + number * 3600
    return RunRecord(f"r{number}", started, took, verdict, "embedded", {outcome: 1}, under, {"a:1": record}, scales)


@pytest.fixture
def steady():
    """Twenty runs whose times and figures scatter by 5 %."""
    draw = random.Random(7)
    return [run(number, 100 * draw.gauss(1, 0.05), recovery=draw.gauss(1, 0.05)) for number in range(20)]


def test_a_slower_run_and_a_worse_figure_are_warnings(steady):
    slower, worse = warnings(run(20, 160, recovery=2.0), steady)

    assert slower.startswith("slower: the run took 2 min 40 s, usually 9")
    assert worse.startswith("worse: recovery: 2.0 s, usually ")
    assert worse.endswith("(of the last 20 comparable runs)")


def test_noise_is_no_regression_and_better_is_none_either(steady):
    draw = random.Random(8)
    found = [warnings(run(20, 100 * draw.gauss(1, 0.05), recovery=draw.gauss(1, 0.05)), steady) for _ in range(200)]

    assert sum(bool(one) for one in found) == 0
    assert warnings(run(20, 20, recovery=0.1), steady) == []


def test_one_wild_run_among_them_changes_nothing(steady):
    wild = [*steady[:10], run(10, 5000, recovery=29), *steady[11:]]

    assert len(warnings(run(20, 160, recovery=2.0), wild)) == 2
    assert warnings(run(20, 104, recovery=1.05), wild) == []


def test_too_few_runs_say_nothing_and_neither_do_runs_under_other_circumstances(steady):
    slow = run(20, 300, recovery=20)
    elsewhere = [replace(one, circumstances=replace(HERE, cpus=16)) for one in steady]
    defect = [replace(one, circumstances=replace(HERE, candidate="no-retry")) for one in steady]

    assert warnings(slow, steady[:4]) == warnings(slow, elsewhere) == warnings(slow, defect) == []


def test_runs_of_other_scenarios_say_nothing_of_the_time(steady):
    others = [replace(one, scenarios={"b:1": ScenarioRecord("Another", "PASSED", 1.0)}, scales={}) for one in steady]

    assert warnings(run(20, 300), others) == []


def test_of_a_share_what_is_missing_counts_and_less_is_worse():
    past = [99.2, 99.3, 99.1, 99.2, 99.25]

    assert usual_if_worse(98.0, past, SHARE) == pytest.approx(99.2)
    assert usual_if_worse(99.0, past, SHARE) is None
    assert usual_if_worse(99.9, past, SHARE) is None


def test_what_is_far_below_its_budget_may_double():
    assert usual_if_worse(0.2, [0.05] * 9, BUDGET) is None
    assert usual_if_worse(0.5, [0.05] * 9, BUDGET) == 0.05


def test_a_scenario_that_passed_and_failed_at_the_same_code_is_flaky():
    runs = [run(0), run(1, outcome="FAILED", verdict="no-go"), run(2)]

    assert flaky_scenarios(runs)["The shop opens"] == (HERE.code, {"PASSED": 2, "FAILED": 1})
    assert warnings(runs[-1], runs[:-1]) == [
        f"flaky: The shop opens: 2 times PASSED, once FAILED, at the same code ({HERE.code})"
    ]


@pytest.mark.parametrize(
    "changed", [{"code": "fedcba987654"}, {"candidate": "no-retry"}, {"version": "shop 89abcdef"}, {"code": ""}]
)
def test_a_scenario_that_failed_on_something_else_is_not_flaky(changed):
    assert flaky_scenarios([run(0), run(1, outcome="FAILED", under=replace(HERE, **changed))]) == {}


def test_a_run_that_was_broken_off_makes_nothing_flaky():
    assert flaky_scenarios([run(0), run(1, outcome="BROKEN", verdict="broken")]) == {}


def test_what_is_kept_of_a_verdict_is_read_again(tmp_path: Path):
    budgeted = {"name": "recovery", "value": 1.5, "unit": "s", "budget": 30, "bound": "at_most", "aim": 3}
    scenario = {
        "id": "a:1",
        "name": "The shop opens",
        "outcome": "PASSED",
        "duration_s": 1.23456,
        "figures": [budgeted, {"name": "longest wait", "value": 0.1, "unit": "s"}],
    }
    verdict = OLD_LINE | {"scenarios": [scenario], "requirements": ["much"]}
    file = tmp_path / history.FILE
    history.append(file, verdict, HERE)
    (read,), complaints = history.read(file)

    assert complaints == []
    assert read == history.record_of(verdict, HERE)
    assert read.worst() == {"recovery": 1.5}
    assert read.scales == {"recovery": BUDGET}
    assert (read.circumstances, read.scenarios["a:1"].duration_s) == (HERE, 1.23)


def test_lines_of_earlier_versions_are_read_and_malformed_ones_are_reported(tmp_path: Path):
    file = tmp_path / history.FILE
    lines = [json.dumps(OLD_LINE), "{", "[]", '{"run": 1}', "", json.dumps(OLD_LINE | {"run": "a2"})]
    file.write_text("\n".join(lines) + "\n")
    runs, complaints = history.read(file)

    assert [one.run for one in runs] == ["a1", "a2"]
    assert [one.split(" of ")[0] for one in complaints] == ["line 2", "line 3", "line 4", "line 5"]
    assert warnings(runs[-1], runs[:-1]) == []


def test_the_worst_of_several_scenarios_is_followed():
    several = {
        f"a:{number}": ScenarioRecord(f"{number}", "PASSED", 1, {"recovery": value, "share": 100 - value})
        for number, value in enumerate((1.0, 7.0, 2.0))
    }
    past = replace(run(), scenarios=several, scales={"recovery": BUDGET, "share": SHARE})

    assert past.worst() == {"recovery": 7.0, "share": 93.0}


def test_the_page_draws_each_run_with_budget_and_aim(steady):
    runs = [*steady, run(20, outcome="FAILED", verdict="no-go", under=replace(HERE, cpus=4), recovery=20, share=99.0)]
    text = trend_page(runs, ["slower: <b>"])
    pictures = [ET.fromstring("<svg" + part.split("</svg>")[0] + "</svg>") for part in text.split("<svg")[1:]]  # noqa: S314
    words = ["".join(picture.itertext()) for picture in pictures]

    assert len(pictures) == 3
    assert "slower: &lt;b&gt;" in text
    assert "no-go: 1" in words[0]
    assert "budget: at most 30.0 s" in words[1]
    assert "aim: 99.5 %" in words[2]
    marks = [path for path in pictures[1].iter("{http://www.w3.org/2000/svg}path") if "mark" in path.get("class", "")]
    assert len(marks) == 21


@pytest.mark.parametrize(
    ("low", "high", "unit", "marks"),
    [
        (0, 100, "s", [0, 30, 60, 90, 120]),
        (0, 560, "s", [0, 300, 600]),
        (0, 0, "", [0, 0.5, 1]),
        (95, 99.97, "%", [94, 96, 98, 100]),
        (-0.1, -0.1, "s", [-0.1, -0.05, 0]),
    ],
)
def test_linear_axes_have_round_marks_around_all_values(low, high, unit, marks):
    assert linear_marks(low, high, unit) == pytest.approx(marks)


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [(1.4, 45, [2, 5, 10, 20]), (1e-5, 1.5e-3, [1e-5, 3e-5, 1e-4, 3e-4, 1e-3]), (1, 1e9, [1, 100, 1e4, 1e6, 1e8])],
)
def test_logarithmic_axes_have_few_round_marks_within(low, high, marks):
    assert logarithmic_marks(low, high) == pytest.approx(marks)


def test_figures_have_digits_that_mean_something():
    tiny = {"a:1": ScenarioRecord("The shop opens", "PASSED", 1.0, {"delay": 0.000024})}
    page = trend_page([replace(run(), scenarios=tiny, scales={"delay": Scale("s", 0.001, "at_most", 0.0001)})], [])

    for words in ("last: 0.024 ms", "aim: 0.1 ms", "budget: at most 1 ms", "One run so far"):
        assert words in page
    assert ">0 ms<" not in page


def test_the_names_of_budget_and_aim_do_not_stand_on_each_other():
    close = run(share=99.0)
    close = replace(close, scales={"share": Scale("%", 99.1, "at_least", 99.15)})
    heights = re.findall(r'class="(?:badly|well)" x="[\d.]+" y="([\d.]+)"', trend_page([close], []))

    assert abs(float(heights[0]) - float(heights[1])) >= 14


@pytest.mark.parametrize("runs", [[], [run()], [run(recovery=0.0)], [run(recovery=-0.1), run(1)]])
def test_a_page_of_little_or_odd_history(runs):
    assert "</html>" in trend_page(runs, [])


def test_trends_are_drawn_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["trends", str(tmp_path)], ()) == 64
    assert "holds no history" in capsys.readouterr().err
    (tmp_path / history.FILE).write_text(json.dumps(OLD_LINE) + "\nnonsense\n")
    assert main(["trends", str(tmp_path)], ()) == 0
    assert "line 2 of" in capsys.readouterr().out
    assert "One run so far" in (tmp_path / "trends.html").read_text()
