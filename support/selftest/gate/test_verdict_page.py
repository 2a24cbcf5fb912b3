"""The page that a report opens on: it agrees with the verdict, whatever that is and whatever texts it holds."""

import json
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from support.gate.output.evidence import ROWS, TEXT_LENGTH, read_evidence
from support.gate.output.verdict_page import WITH_EVIDENCE, Neighbours, verdict_page, with_evidence
from support.gate.selection.criteria import Criteria
from support.gate.selection.policy import Policy
from support.gate.selection.register import Budget
from support.reporting.tables import table
from support.selftest.gate.sample_journal import SHOP, journal_of, verdict_on

QUICK = replace(SHOP, title="The <shop> is open", budget={"recovery time": Budget("s", at_most=30)})
PLANNED = replace(SHOP, id="TASK-A-1", title="To come", area="tasks", planned=True)
COUNTS = dict.fromkeys(("refused", "unknown", "lost", "duplicated", "unexpected", "stale"), 0)
MORE = (
    {"event": "fault-planned", "fault": "f", "scenario": "a:1", "kind": "Outage", "target": "provider"}
    | {"detail": "is down"},
    {"event": "fault-felt", "fault": "f", "after_s": 0.1},
    {"event": "fault-lifted", "fault": "f"},
    {"event": "fault-healed", "fault": "f", "after_s": 0.1},
    {"event": "figure", "scenario": "a:1", "name": "recovery time", "value": 1.5, "unit": "s", "resolution": 0.1}
    | {"fault": "the provider is down"},
    {"event": "ledger", "scenario": "a:1", "of": "writes", "attempted": 9, "confirmed": 9, "kept": 9, **COUNTS},
)
ALONE = Neighbours(lacking="install Node.js")
ODD = '</p></style><script>alert(1)</script><img src="https://example.org/x" onerror="x"> & \u202eevil\u202c {{ 7*7 }} \\x1b'


class Reader(HTMLParser):
    """What a browser makes of a page: its texts, its tags with their attributes, and the outcome that it shows of each scenario."""

    def __init__(self, page):
        super().__init__()
        self.texts, self.tags, self.outcomes = [], [], {}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given))
        if "data-scenario" in given:
            assert given["data-scenario"] not in self.outcomes
            self.outcomes[given["data-scenario"]] = given["data-outcome"]

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())


def verdict_json(*outcomes, more=(), requirements=("CAT-CHAIN-1",), **changes):
    known = {f"a:{number}": list(requirements) for number, _ in enumerate(outcomes, start=1)}
    criteria = Criteria({one.id: one for one in (QUICK, PLANNED)}, Policy(), known)
    made = verdict_on(journal_of(*outcomes, requirements=requirements, more=more), criteria=criteria).as_json()
    return json.loads(json.dumps(made)) | changes


def read(verdict, evidence=None, beside=ALONE):
    return Reader(verdict_page(verdict, evidence or {}, beside))


@pytest.mark.parametrize(
    ("outcomes", "word"),
    [
        (("PASSED",), "GO"),
        (("PASSED", "FAILED", "N/A"), "NO-GO"),
        (("INCONCLUSIVE", "PASSED"), "UNKNOWN"),
        (("BROKEN", "PASSED"), "BROKEN"),
        (("PASSED", ""), "BROKEN"),
        (("N/A",), "BROKEN"),
        ((), "BROKEN"),
        (("FAILED",) * 100, "NO-GO"),
    ],
)
def test_page_and_verdict_agree(outcomes, word):
    verdict = verdict_json(*outcomes, more=MORE if outcomes else ())
    page = read(verdict)

    assert f"{word} {verdict['because']}" in page.text
    assert f"Release verdict: {word} ({verdict['because']})" in page.text
    assert page.outcomes == {one["id"]: one["outcome"] for one in verdict["scenarios"]}
    for outcome, count in verdict["counts"].items():
        assert f"{count} {outcome}" in page.text
    for one in verdict["scenarios"]:
        assert one["reason"] in page.text
    for one in verdict["requirements"]:
        assert f"{one['id']} {one['title']}" in page.text
    for line in verdict["troubles"]:
        assert line in page.text


def test_what_is_red_comes_before_what_is_not_and_the_product_before_the_suite():
    page = read(verdict_json("N/A", "PASSED", "BROKEN", "INCONCLUSIVE", "FAILED"))
    headings = ["A promise is broken: 1", "Not really put to the test: 1", "The suite or its machine failed: 1"]
    order = [page.text.index(words) for words in (*headings, "Requirements by system", "Not applicable, and why: 1")]

    assert order == sorted(order)


def test_a_requirement_is_followed_to_its_verdict():
    page = read(verdict_json("PASSED", more=MORE))

    for part in (
        "Nothing.",
        "CAT-CHAIN-1 The <shop> is open",
        "the provider is down, once",
        "recovery time 1.5 s, budget at most 30.0 s",
        "0 of 9 confirmed writes lost",
        "1 fault brought about, 1 with proof",
        "Planned, not built yet, and so not proven: Tasks (1 requirement",
    ):
        assert part in page.text


def test_a_requirement_that_is_red_without_a_red_scenario_is_told():
    page = read(verdict_json("PASSED"))

    assert "Not proven, though none of its scenarios is red: 1" in page.text
    assert "recovery time was never measured" in page.text


def test_known_defects_repeats_parts_and_comparisons():
    verdict = verdict_json("FAILED", "FAILED", "FAILED")
    flaky, known, _ = verdict["scenarios"]
    flaky |= {"outcome": "FLAKY", "reason": "PASSED 1 of 2 times, FAILED 1 of 2 times; why"}
    known["known_defect"] = {"id": "CAT-CHAIN-1", "owner": "Ana", "reason": "prices are rounded", "until": "2999-12-31"}
    against = {"before": "r0", "new_red": ["The one with 1: PASSED, now FLAKY"]}
    against |= {key: [] for key in ("new_green", "lost_coverage", "other", "slower_recovery")}
    page = read(verdict | {"repeats": 2, "workers": 4, "against": against, "backend": "containers", "verdict": "part"})

    for part in (
        "A promise is broken: 2",
        "Known defects, which do not stop the release: 1",
        "owner: Ana; reason: prices are rounded",
        "FAILED 1 of 2 times; why",
        "new red The one with 1: PASSED, now FLAKY",
        "4 workers, 2 times",
        "containers",
        "merge",
    ):
        assert part in page.text


def test_no_text_becomes_markup_and_none_is_lost():
    verdict = verdict_json("FAILED", "N/A", more=MORE) | {
        "troubles": [f"trouble {ODD}"],
        "warnings": [f"warning {ODD}"],
    }
    verdict["because"] = f"because {ODD}"
    for one in verdict["scenarios"]:
        one |= {name: f"{name} {ODD}" for name in ("name", "feature", "reason")}
    verdict["requirements"][0] |= {"title": f"title {ODD}", "reason": f"why {ODD}"}
    verdict["scenarios"][0]["reason"] += " long" * 5000
    page = read(verdict)
    plain = read(verdict_json("FAILED", "N/A", more=MORE))

    for name in ("because", "trouble", "warning", "name", "feature", "reason", "title", "why"):
        assert f"{name} {ODD}" in page.text
    assert verdict["scenarios"][0]["reason"] in page.text
    assert {tag for tag, _ in page.tags} <= {tag for tag, _ in plain.tags} | {
        "section",
        "details",
        "summary",
        "ul",
        "li",
    }
    assert not [given for _, given in page.tags if "onerror" in given]


def test_the_page_loads_nothing_and_runs_nothing():
    page = read(verdict_json("FAILED", more=MORE))
    (policy,) = [given["content"] for tag, given in page.tags if given.get("http-equiv") == "Content-Security-Policy"]

    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert not [tag for tag, _ in page.tags if tag in {"script", "iframe", "object"}]


def write_result(folder, scenario, *attachments):
    files = []
    for number, (name, kind, body) in enumerate(attachments):
        source = f"{scenario.replace(':', '-')}-{number}-attachment"
        (folder / source).write_text(body)
        files.append({"name": name, "source": source, "type": kind})
    steps = [{"name": "Then it <holds>", "status": "failed", "attachments": files[:1]}]
    labels = [{"name": "scenario", "value": scenario}]
    result = {"name": "One", "labels": labels, "steps": steps, "attachments": files[1:]}
    (folder / f"{scenario.replace(':', '-')}-result.json").write_text(json.dumps(result))


def test_the_evidence_of_what_is_red_is_on_the_page(tmp_path):
    seen = table([{"at": "0.1 s", "request": "GET /<v2>/?a&b"}, {"at": "0.2 s", "request": ""}])
    picture = '<svg xmlns="http://www.w3.org/2000/svg"/>'
    log = "first line\n" + "x" * TEXT_LENGTH + "\nlast <line>"
    long = table([{"row": f"row {number}"} for number in range(ROWS + 7)])
    parts = (
        ("What the provider saw", "text/html", seen),
        ("Picture", "image/svg+xml", picture),
        ("The log", "text/plain", log),
        ("Rows", "text/html", long),
        ("Nothing of it", "text/plain", ""),
    )
    write_result(tmp_path, "a:1", *parts)
    write_result(tmp_path, "a:2", *parts)
    (tmp_path / "torn-result.json").write_text('{"labels": [{"na')
    verdict = verdict_json("FAILED", "PASSED")
    evidence = read_evidence(tmp_path, with_evidence(verdict))
    page = read(verdict, evidence, Neighbours("evidence.html", "", {"a:1": "f00"}, {"trends.html": "trends"}))

    assert list(evidence) == ["a:1"]
    for part in ("Then it <holds>", "GET /<v2>/?a&b", "first line", "last <line>", "row 0", f"row {ROWS + 6}"):
        assert part in page.text
    assert "7 rows in the middle are left out; the whole is in evidence.html" in page.text
    assert "23 characters in the middle are left out" in page.text
    links = {given["href"] for tag, given in page.tags if tag == "a"}
    assert {"evidence.html", "evidence.html#f00", "trends.html", "#red"} <= links
    (shown,) = [given for tag, given in page.tags if tag == "img"]
    assert shown["src"].startswith("data:image/svg+xml;base64,")
    assert "The one with 1" in shown["alt"]


def test_of_a_flood_of_failures_the_first_have_their_evidence_here():
    verdict = verdict_json(*["FAILED"] * (WITH_EVIDENCE + 5))
    page = read(verdict)

    assert len(with_evidence(verdict)) == WITH_EVIDENCE
    assert f"The first {WITH_EVIDENCE} have their pictures and evidence here" in page.text
