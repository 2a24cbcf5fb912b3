"""The policy: its format, what it excuses, and that excused failures stay visible."""

from datetime import date

import pytest

from support.behave_runtime.alike import NOT_RUN
from support.core.errors import UsageError
from support.gate.output.summary import summary
from support.gate.output.terminal import Paint
from support.gate.selection.criteria import Criteria
from support.gate.selection.policy import PATH, KnownDefect, NoGoReason, Policy, load_policy, refuse_unknown_defects
from support.selftest.gate.gate_project import REPOSITORY, Project
from support.selftest.gate.sample_journal import SHOP, journal_of, verdict_on

SOUND = {
    "must_pass": "[blocker, critical]",
    "not_applicable": "{at_most: 3, because: no root}",
    "no_go": "[missed budget]",
    "slower_recovery": "{times: 1.5, and_s: 1}",
    "known_defects": "[{id: CAT-CHAIN-1, owner: Ana, reason: is known, until: 2026-12-31}]",
}
TODAY = date(2026, 12, 31)


def written(path, **other):
    path.write_text("\n".join(f"{name}: {text}" for name, text in {**SOUND, **other}.items()))
    return path


def test_a_policy_is_read(tmp_path):
    policy = load_policy(written(tmp_path / "policy.yml"))
    assert policy.must_pass == {"blocker", "critical"}
    assert (policy.not_applicable, policy.because, policy.no_go) == (3, "no root", {NoGoReason.MISSED_BUDGET})
    assert policy.known_defects == (KnownDefect("CAT-CHAIN-1", "Ana", "is known", TODAY),)


def test_without_a_policy_everything_must_pass(tmp_path):
    assert load_policy(tmp_path / "policy.yml") == Policy()


def test_our_own_policy_is_well_formed():
    assert load_policy(REPOSITORY / PATH).must_pass == {"blocker", "critical", "normal", "minor"}


@pytest.mark.parametrize(
    ("other", "complaint"),
    [
        ({"must_pass": "[huge]"}, "must_pass.*: invalid enum value 'huge'; a policy has must_pass .some of blocker"),
        ({"must_pass": "blocker"}, "must_pass.*: expected array, got str, not 'blocker'"),
        ({"no_go": "[rain]"}, "no_go.*: invalid enum value 'rain'; .*no_go .some of missed budget"),
        ({"not_applicable": "3"}, "not_applicable.*: expected object, got int, not 3; .*{at_most, because}"),
        ({"not_applicable": "{at_most: -1, because: x}"}, r"not_applicable.at_most\): expected float >= 0.0, not -1"),
        (
            {"not_applicable": "{at_most: 1, because: ''}"},
            r"\(not_applicable.because\): expected a text that is not blank",
        ),
        ({"slower_recovery": "{times: slow, and_s: 1}"}, r"slower_recovery.times\): .*not 'slow'"),
        ({"known_defects": ""}, r"known_defects\): expected array, got null; .*\[\], or a list"),
        (
            {"known_defects": "[{id: CAT-A-1, owner: Ana}]"},
            "missing required field reason; .*{id, owner, reason, until}",
        ),
        ({"known_defects": "[{id: A, owner: '', reason: x, until: 2026-01-01}]"}, r"known_defects\[0\].owner"),
        ({"known_defects": "[{id: A, owner: Ana, reason: x, until: soon}]"}, "not 'soon'; .*a day such as"),
        ({"tolerance": "high"}, "contains unknown field tolerance; a policy has must_pass"),
        ({"must_pass": "["}, "cannot be read"),
    ],
)
def test_a_malformed_policy_is_refused_in_one_sentence(tmp_path, other, complaint):
    with pytest.raises(UsageError, match=complaint) as refusal:
        load_policy(written(tmp_path / "policy.yml", **other))
    assert "\n" not in str(refusal.value)


def test_a_known_defect_of_nothing_is_refused():
    with pytest.raises(UsageError, match="has a known defect of CAT-X-1, which is neither"):
        refuse_unknown_defects(Policy(known_defects=(KnownDefect("CAT-X-1", "Ana", "x", TODAY),)), ["CAT-A-1"])


def excusing(name, *, until=TODAY, **policy):
    defects = (KnownDefect(name, "Ana", "is known", until),)
    return Criteria({SHOP.id: SHOP}, Policy(known_defects=defects, **policy), None, TODAY)


@pytest.mark.parametrize("name", ["a:2", "CAT-CHAIN-1"])
def test_a_known_defect_stops_nothing_and_is_a_remark(tmp_path, name):
    verdict = verdict_on(journal_of("PASSED", "FAILED", requirements=("CAT-CHAIN-1",)), 1, excusing(name))
    assert verdict.verdict == "go"
    assert verdict.because == "1 of 2 scenarios kept their promises, 1 failed by a known defect"
    assert verdict.remarks == [f"{name} failed: known defect, Ana until 2026-12-31: is known"]
    assert verdict.counts == {"PASSED": 1, "FAILED": 1}, "it is still a failure"
    assert [one.known_defect is not None for one in verdict.scenarios] == [False, True]
    assert (verdict.requirements[0].outcome, verdict.requirements[0].known_defect) == ("FAILED", True)
    with (tmp_path / "out").open("w") as stream:
        assert "KNOWN DEFECT" in summary(verdict, "", Paint(stream))


def test_a_known_defect_excuses_examples_that_were_not_run_since_others_failed_alike():
    events = journal_of("FAILED", "INCONCLUSIVE", requirements=("CAT-CHAIN-1",))
    not_run = [
        one | {"reason": f"{NOT_RUN} 3 examples failed alike"} if one.get("outcome") == "INCONCLUSIVE" else one
        for one in events
    ]
    assert verdict_on(not_run, 1, excusing("CAT-CHAIN-1")).verdict == "go"
    assert verdict_on(not_run, 1, excusing("a:1")).verdict == "unknown"


def test_a_known_defect_excuses_no_other_scenario():
    verdict = verdict_on(journal_of("FAILED", "FAILED", requirements=("CAT-CHAIN-1",)), 1, excusing("a:2"))
    assert (verdict.verdict, verdict.because) == ("no-go", "1 of 2 scenarios broke a promise")
    assert verdict.requirements[0].known_defect is False


def test_an_expired_known_defect_counts_in_full():
    verdict = verdict_on(journal_of("FAILED", "PASSED"), 1, excusing("a:1", until=date(2026, 12, 30)))
    assert verdict.verdict == "no-go"
    assert "expired on 2026-12-30; it counts in full" in verdict.remarks[0]


def test_a_known_defect_excuses_no_trouble_of_ours():
    assert verdict_on(journal_of("BROKEN", "PASSED"), 1, excusing("a:1")).verdict == "broken"
    assert verdict_on(journal_of("INCONCLUSIVE", "PASSED"), 1, excusing("a:1")).verdict == "unknown"


def test_a_known_defect_that_passes_is_to_be_removed():
    verdict = verdict_on(journal_of("PASSED"), criteria=excusing("a:1"))
    assert verdict.remarks == [f"the known defect of a:1 is fixed: remove it from {PATH}"]


def test_what_need_not_pass_is_only_a_remark():
    verdict = verdict_on(journal_of("PASSED", "FAILED"), 1, Criteria({}, Policy(must_pass=frozenset({"blocker"}))))
    assert verdict.verdict == "go"
    assert "1 did not, which the policy lets pass" in verdict.because
    assert verdict.remarks == [f"a:2 failed; {PATH} lets normal ones pass"]


def test_more_may_be_absent_than_is_allowed_only_in_doubt():
    criteria = Criteria({}, Policy(not_applicable=1))
    assert verdict_on(journal_of("PASSED", "N/A"), criteria=criteria).verdict == "go"
    verdict = verdict_on(journal_of("PASSED", "N/A", "N/A"), criteria=criteria)
    assert (verdict.verdict, verdict.because) == ("unknown", f"2 scenarios do not apply here, and {PATH} allows 1")


def test_the_gate_refuses_a_malformed_policy_before_anything_runs(tmp_path):
    project = Project(tmp_path)
    project.feature("Feature: The shop\n  @CAT-CHAIN-1\n  Scenario: One\n    Then all is well\n")
    project.write("features/policy.yml", "must_pass: everything\n")
    judged = project.judge()
    assert (judged.exit_code, len(judged.err.strip().splitlines())) == (64, 1)
    assert "the policy" in judged.err
    assert not project.results.exists()


def test_a_requirement_that_may_lack_proof_is_told_and_does_not_block():
    started = journal_of("N/A", "PASSED", requirements=("CAT-CHAIN-1",))
    started[0]["selected"][1]["requirements"] = []
    known = {one["id"]: one["requirements"] for one in started[0]["selected"]}
    strict = verdict_on(started, criteria=Criteria({SHOP.id: SHOP}, Policy(), known))
    assert (strict.verdict, strict.because) == ("unknown", "no scenario that applies here proves CAT-CHAIN-1")
    policy = Policy(may_lack_proof={"CAT-CHAIN-1": "no history yet"})
    allowed = verdict_on(started, criteria=Criteria({SHOP.id: SHOP}, policy, known))
    assert allowed.verdict == "go"
    assert allowed.remarks == ["CAT-CHAIN-1 is not proven here, which features/policy.yml allows: no history yet"]
