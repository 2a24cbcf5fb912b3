"""The report of a large release in a real browser: on a desktop and a telephone, light and dark, on paper, by keyboard alone."""

import itertools
import json

import jsonschema
import pytest

from support.gate.execution.publish import SCHEMA
from support.gate.history.runs import Circumstances, RunRecord, Scale, ScenarioRecord
from support.gate.history.trend_page import trend_page
from support.gate.mutation.kill_matrix import kill_matrix
from support.gate.mutation.kill_matrix_page import kill_matrix_page
from support.gate.mutation.trial import Trial, evaluate_trial
from support.gate.output.evidence import Evidence, Exhibit, Step
from support.gate.output.verdict_page import Neighbours, verdict_page, with_evidence
from support.gate.selection.scenarios import Selected
from support.gate.verdict.outcome import Outcome
from support.systems.harness.actors import browser
from support.systems.harness.actors.browser import DESKTOP, TELEPHONE, open_browser

pytestmark = pytest.mark.skipif(bool(browser.lacking()), reason=browser.lacking() or "there is a browser")

WIDTH = "return document.documentElement.scrollWidth"
HERE = Circumstances(code="0123456789ab", cpus=2, workers=2)
SYSTEMS = ("catalog", "infrastructure", "tasks", "workspace", "assistant")
OUTCOMES = ("FAILED", "INCONCLUSIVE", "BROKEN", "FLAKY")
REASONS = {
    "PASSED": "",
    "N/A": "the program kafka is missing",
    "FAILED": 'Then the shopper sees "Europe 5 GB" at 21.00 EUR: 18.00 EUR was seen instead, for 2.0 s',
    "INCONCLUSIVE": "no receipt that the provider is down: it answered all the time",
    "BROKEN": "the provider did not start: " + "averylongwordwithoutablank" * 8,
    "FLAKY": "PASSED 2 of 3 times, FAILED 1 of 3 times",
}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="200"><rect width="900" height="200" fill="#888"/></svg>'
SHOWN = Evidence(
    [Step("Given the provider is down", "passed"), Step("Then the shopper is served", "failed")],
    SVG,
    [Exhibit("What the provider saw", ["second", "request"], [["0.211", "GET /v2.4/catalogue"]])],
)
# every text that can be seen, with less contrast to what is behind it than WCAG's level AA asks for (4.5 to 1)
FAINT = """
const light = text => {
  const [r, g, b] = text.match(/[\\d.]+/g).map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
  return .2126 * r + .7152 * g + .0722 * b
}
const behind = one => {
  for (; one; one = one.parentElement) {
    const colour = getComputedStyle(one).backgroundColor
    if (!/, 0\\)$/.test(colour)) return colour
  }
  return 'rgb(255, 255, 255)'
}
return [...document.body.querySelectorAll('*')].filter(one => one.checkVisibility())
  .filter(one => [...one.childNodes].some(part => part.nodeType === Node.TEXT_NODE && part.data.trim()))
  .filter(one => {
    const pair = [light(getComputedStyle(one).color), light(behind(one))].sort((a, b) => b - a)
    return (pair[0] + .05) / (pair[1] + .05) < 4.5
  }).map(one => one.textContent.slice(0, 60))
"""


def outcome_of(number):
    if number % 90 == 7:
        return OUTCOMES[number // 90 % len(OUTCOMES)]
    return "N/A" if number % 25 == 3 else "PASSED"


def large_verdict(count):
    """A verdict on *count* scenarios of five systems, as in `verdict.json`."""
    scenarios, requirements = [], []
    for number in range(count):
        system, outcome = SYSTEMS[number * len(SYSTEMS) // count], outcome_of(number)
        needed = f"{system[:3].upper()}-{number // 10}"
        fault = {"kind": "Outage", "target": "provider", "detail": "is down", "felt_after_s": 0.01, "in_force_s": 1.0}
        one = {
            "id": f"{system}/feature_{number // 20}.feature:{number}",
            "feature": f"Shoppers can buy, part {number // 20}",
        }
        one |= {
            "rule": None,
            "name": f"The provider fails in way {number}",
            "requirements": [needed],
            "severity": "blocker",
        }
        one |= {"outcome": outcome, "reason": REASONS[outcome], "duration_s": 0.4, "figures": [], "losses": []}
        one |= {"known_defect": None, "faults": [fault | {"healed_after_s": 0.1, "receipt": True}]}
        scenarios.append(one)
        if number % 10 == 0:
            about = {
                "id": needed,
                "title": f"When the provider fails, shoppers go on buying ({number})",
                "area": system,
            }
            about |= {
                "severity": "blocker",
                "outcome": "PASSED",
                "reason": "",
                "scenarios": [],
                "budgets": [],
                "figures": [],
            }
            requirements.append(about | {"faults": {"the provider is down": 10}, "known_defect": False})
        requirements[-1]["scenarios"].append(one["id"])
        if outcome in OUTCOMES:
            requirements[-1] |= {"outcome": outcome, "reason": REASONS[outcome]}
    counts = {name: sum(one["outcome"] == name for one in scenarios) for name in REASONS}
    because = f"{counts['FAILED']} of {count} scenarios broke a promise" if count else "no scenario was run"
    verdict = {
        "verdict": "no-go" if count else "broken",
        "exit_code": 1 if count else 3,
        "because": because,
        "run": "r1",
    }
    verdict |= {"backend": "embedded", "reason": "", "seed": 42, "started": 1_795_780_662.0, "duration_s": 598.0}
    verdict |= {"counts": {name: some for name, some in counts.items() if some}, "troubles": [], "remarks": []}
    verdict["suite"] = {"state": "proven", "sentence": "the suite itself was last checked today, at this commit"}
    asked = len(requirements)
    verdict |= {"asked": {"requirements": asked, "of": asked, "planned": 0, "whole": True}, "scenarios": scenarios}
    verdict |= {"requirements": requirements, "recoveries": [], "losses": [], "figures": [], "against": None}
    verdict |= {
        "warnings": ["slower: the run took 9 min 58 s, usually 7 min"] if count else [],
        "workers": 4,
        "repeats": 3,
    }
    jsonschema.validate(verdict, json.loads(SCHEMA.read_text(encoding="utf-8")))
    return verdict


def write(folder, count):
    verdict = large_verdict(count)
    page = folder / f"report-{count}.html"
    evidence = dict.fromkeys(with_evidence(verdict), SHOWN)
    page.write_text(verdict_page(verdict, evidence, Neighbours(lacking="install Node.js")), encoding="utf-8")
    return page


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    return write(tmp_path_factory.mktemp("large"), 1000)


@pytest.fixture(scope="module")
def reader():
    with open_browser() as opened:
        yield opened


@pytest.mark.parametrize(("screen", "dark"), list(itertools.product((DESKTOP, TELEPHONE), (False, True))))
def test_the_verdict_is_read_at_once(reader, large, screen, dark):
    reader.show(large, screen, dark=dark)
    seen = reader.text(on_screen=True)

    assert reader.ask("return scrollY") == 0
    assert "NO-GO 3 of 1000 scenarios broke a promise Do not release this." in seen
    assert "3 FAILED 3 FLAKY 3 INCONCLUSIVE 3 BROKEN" in seen
    assert "What is red (12)" in reader.text()
    assert "the suite itself was last checked today" in reader.text()
    assert reader.ask(WIDTH) <= screen.width
    assert reader.ask(FAINT) == []


@pytest.mark.parametrize("screen", [DESKTOP, TELEPHONE])
def test_sentence_and_picture_need_no_click(reader, large, screen):
    reader.show(large, screen)

    assert reader.text().count("18.00 EUR was seen instead") == 3
    assert "The provider fails in way 7" in reader.pictures()[0]
    assert "GET /v2.4/catalogue" not in reader.text()


@pytest.mark.parametrize("screen", [DESKTOP, TELEPHONE])
def test_two_keys_lead_to_the_evidence(reader, large, screen):
    reader.show(large, screen)
    reader.tab_to("Steps and evidence")
    reader.press(" ")
    assert "Then the shopper is served failed" in reader.text()
    reader.tab_to("What the provider saw", at_most=1)
    reader.press(" ")
    assert "0.211 GET /v2.4/catalogue" in reader.text(on_screen=True)
    assert reader.ask(WIDTH) <= screen.width


def test_what_has_the_focus_is_shown(reader, large):
    reader.show(large)
    reader.tab_to("Requirements")

    assert reader.ask("return getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_everything_open_is_readable_and_fits(reader, large):
    for screen, dark in ((DESKTOP, False), (TELEPHONE, True)):
        reader.show(large, screen, dark=dark)
        reader.ask("document.querySelectorAll('details').forEach(one => one.open = true)")

        assert reader.ask("return document.documentElement.scrollWidth <= innerWidth"), (
            "the page is wider than the screen"
        )
        assert reader.ask(FAINT) == []


def test_a_link_opens_what_it_leads_to(reader, large):
    reader.show(large)
    reader.ask("document.querySelector('#requirements ul a').click()")

    assert reader.ask("return document.querySelector('tr:target').checkVisibility()")


def test_paper_shows_what_the_screen_folds_away(reader, large):
    reader.show(large, paper=True)

    assert "GET /v2.4/catalogue" in reader.text()
    assert "On this page" not in reader.text()


def test_nothing_is_loaded_from_elsewhere(reader, large):
    reader.show(large)

    assert reader.ask("return performance.getEntriesByType('resource').map(one => one.name)") == []


def test_a_run_of_nothing(reader, tmp_path):
    reader.show(write(tmp_path, 0), TELEPHONE)

    assert "BROKEN no scenario was run" in reader.text(on_screen=True)
    assert "This says nothing about the product." in reader.text(on_screen=True)


@pytest.mark.parametrize("count", [1, 60])
@pytest.mark.parametrize("dark", [False, True])
def test_trends_fit_a_telephone(reader, tmp_path, count, dark):
    scales = {"delay": Scale("s", 0.001, "at_most", 0.0001)}
    scenarios = {"a:1": ScenarioRecord("The shop opens", "PASSED", 1.0, {"delay": 0.000024})}
    runs = [
        RunRecord(f"r{n}", 1.79e9 + n, 100.0, "go", "embedded", {"PASSED": 1}, HERE, scenarios, scales)
        for n in range(count)
    ]
    page = tmp_path / "trends.html"
    page.write_text(trend_page(runs, ["slower: the run took 2 min"]), encoding="utf-8")
    reader.show(page, TELEPHONE, dark=dark)

    assert "last: 0.024 ms" in reader.text()
    assert reader.ask(WIDTH) <= TELEPHONE.width
    assert reader.ask(FAINT) == []


@pytest.mark.parametrize("dark", [False, True])
def test_a_kill_matrix_fits_a_telephone(reader, tmp_path, dark):
    scenarios = [
        Selected(f"catalog/{n}.feature:1", "F", None, "One", [], [f"CAT-MANY-{n}"], "normal", f"catalog/{n}.feature")
        for n in range(40)
    ]
    trials = [
        Trial(f"no-{n}", "Something else is done.", (f"CAT-MANY-{n}",), (scenarios[n].id,), (scenarios[n - 1].id,), 1.0)
        for n in range(1, 40)
    ]
    results = [
        evaluate_trial(
            one, dict.fromkeys(one.own, Outcome.FAILED) | dict.fromkeys(one.bystanders, Outcome.PASSED), [], 1.0
        )
        for one in trials
    ]
    page = tmp_path / "proof.html"
    page.write_text(kill_matrix_page(scenarios, kill_matrix(scenarios, results, whole=True)), encoding="utf-8")
    reader.show(page, TELEPHONE, dark=dark)

    assert "39 of 39 broken variants were noticed" in reader.text()
    assert reader.ask(WIDTH) <= TELEPHONE.width
    assert reader.ask(FAINT) == []
