"""The ledger as a page of the report: all of its parts, and that text is escaped."""

import json

from msgspec.structs import replace

from support.gate.output.requirements_page import GLOBALS, SOURCE, attach_requirements_page, requirements_page
from support.gate.selection.criteria import Criteria
from support.gate.selection.policy import Policy
from support.gate.selection.register import Budget
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


def verdict_json():
    criteria = Criteria({one.id: one for one in (QUICK, PLANNED)}, Policy(), {"a:1": ["CAT-CHAIN-1"]})
    return verdict_on(journal_of("PASSED", requirements=("CAT-CHAIN-1",), more=MORE), criteria=criteria).as_json()


def test_a_requirement_is_followed_to_its_verdict():
    shown = requirements_page(verdict_json())
    for part in (
        "CAT-CHAIN-1</b> The &lt;shop&gt; is open",
        '<b class="PASSED">PASSED</b>',
        "<li>The one with 1</li>",
        "<li>the provider is down, 1 times</li>",
        "recovery time 1.5 s, budget at most 30.0 s",
        "<td>the provider is down</td><td>recovery time</td><td>1.5 s</td><td>1.5 s</td><td>1</td><td>100 ms</td>",
        "<p>0 of 9 confirmed writes lost</p>",
        "Planned, not built yet: 1. None of them is proven",
    ):
        assert part in shown
    assert "<shop>" not in shown


def test_the_page_is_an_attachment_of_the_run_once(tmp_path):
    for _ in range(2):
        attach_requirements_page(verdict_json(), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {SOURCE, GLOBALS}
    (attachment,) = json.loads((tmp_path / GLOBALS).read_text())["attachments"]
    assert (attachment["source"], attachment["type"]) == (SOURCE, "text/html")
    attach_requirements_page(verdict_json(), tmp_path / "nowhere")
