"""Every way in which a run can fail, through the real command: verdict, report and JUnit must agree."""

import os
import signal
from collections import Counter
from pathlib import Path

import pytest

from support.selftest.gate.gate_project import Judged, Project, until

ONE = """
@catalog
Feature: The shop
  Rule: The shop is open
    @CAT-CHAIN-1
    Scenario: One
      Then {step}
"""
TWO = (
    ONE
    + """
    Scenario: Two
      Then all is well
"""
)
THE_STEP = '\n\n@step("the step")\ndef _(context):\n    '


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_all_is_well(project: Project) -> None:
    project.feature(TWO.format(step="all is well"))
    judged = project.judge()
    assert judged.verdict
    assert (judged.exit_code, judged.verdict["verdict"]) == (0, "go")
    assert judged.outcomes == {"One": "PASSED", "Two": "PASSED"}
    assert judged.allure == dict.fromkeys(("One", "Two"), ("passed", "PASSED", ""))
    assert judged.junit == Counter(passed=2)
    (shop,) = judged.verdict["requirements"]
    assert (shop["id"], shop["title"], shop["outcome"]) == ("CAT-CHAIN-1", "The shop is open", "PASSED")
    assert shop["scenarios"] == ["catalog/shop.feature:6"]
    assert judged.verdict["asked"] == {"requirements": 1, "of": 1, "planned": 0, "whole": True}


# how a step fails: its body; then the outcome of its scenario in the verdict, in Allure and in JUnit
STEP_MODES = {
    "a broken promise": ("assert False, 'shut'", "FAILED", "failed", "failed", "Then a broken promise: shut"),
    "odd characters": (
        r"assert False, 'ESC \x1b[31m NUL \x00 FFFE \ufffe lone \ud800 end'",
        "FAILED",
        "failed",
        "failed",
        r"Then odd characters: ESC \x1b[31m NUL \x00 FFFE \ufffe lone \ud800 end",
    ),
    "an exception": ("1 / 0", "BROKEN", "broken", "error", "Then an exception: ZeroDivisionError: division by zero"),
    "a doubt": ("raise InconclusiveError('not felt')", "INCONCLUSIVE", "broken", "error", "Then a doubt: not felt"),
    "a pending step": (
        "raise StepNotImplementedError('x')",
        "BROKEN",
        "broken",
        "error",
        "Then a pending step: this step is",
    ),
    "a skip with a reason": ("context.scenario.skip('no engine')", "N/A", "skipped", "skipped", "no engine"),
    "a skip without": ("context.scenario.skip()", "BROKEN", "broken", "skipped", "skipped without a reason"),
    "a bad clean-up": ("context.add_cleanup(bad)", "BROKEN", "broken", "cleanup_error", "clean-up of bad: ZeroDiv"),
    "an undefined step": (None, "BROKEN", "broken", "error", "Then an undefined step: there is no such step"),
}


@pytest.fixture(scope="module")
def bad_steps(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    project = Project(tmp_path_factory.mktemp("steps"))
    bodies = {mode: values[0] for mode, values in STEP_MODES.items() if values[0]}
    steps = (f'\n\n@step("{mode}")\ndef _(context):\n    {body}\n' for mode, body in bodies.items())
    project.steps("\ndef bad():\n    1 / 0\n" + "".join(steps))
    scenarios = (f"  Scenario: {mode}\n    Then {mode}\n" for mode in STEP_MODES)
    project.feature("Feature: The shop\n" + "".join(scenarios))
    return project.judge()


@pytest.mark.parametrize("mode", STEP_MODES)
def test_a_step_fails(bad_steps: Judged, mode: str) -> None:
    _, outcome, status, _, reason = STEP_MODES[mode]
    assert bad_steps.outcomes[mode] == outcome
    assert bad_steps.reasons[mode].startswith(reason)
    shown_status, shown_outcome, message = bad_steps.allure[mode]
    assert (shown_status, shown_outcome) == (status, outcome)
    assert message.startswith(f"{outcome}: {reason}")


def test_failed_steps_are_the_same_in_verdict_allure_and_junit(bad_steps: Judged) -> None:
    assert bad_steps.verdict
    assert bad_steps.exit_code == 1
    assert bad_steps.verdict["because"] == "2 of 8 scenarios broke a promise"
    assert bad_steps.verdict["troubles"] == []
    assert bad_steps.junit == Counter(values[3] for values in STEP_MODES.values())


def test_a_doubt_in_a_clean_up_outweighs_a_broken_promise(project: Project) -> None:
    project.steps(
        THE_STEP + "def doubt():\n        raise InconclusiveError('not felt')\n"
        "    context.add_cleanup(doubt)\n    assert False, 'shut'"
    )
    project.feature(ONE.format(step="the step"))
    judged = project.judge()
    assert (judged.exit_code, judged.outcomes) == (2, {"One": "INCONCLUSIVE"})
    assert judged.reasons["One"] == "clean-up of doubt: not felt\nalso: Then the step: shut"
    assert judged.allure["One"][:2] == ("broken", "INCONCLUSIVE")


def test_a_broken_promise_outweighs_a_broken_clean_up(project: Project) -> None:
    project.steps(THE_STEP + "context.add_cleanup(lambda: 1 / 0)\n    assert False, 'shut'")
    project.feature(ONE.format(step="the step"))
    judged = project.judge()
    assert (judged.exit_code, judged.outcomes) == (1, {"One": "FAILED"})
    assert "also: clean-up of <lambda>: ZeroDivisionError" in judged.reasons["One"]
    assert judged.allure["One"][:2] == ("failed", "FAILED")


HOOK_MODES = {
    "before_scenario": "before_scenario: ZeroDivisionError",
    "after_scenario": "after_scenario: ZeroDivisionError",
    "before_tag": "before_tag @before_tag: ZeroDivisionError",
    "after_tag": "after_tag @after_tag: ZeroDivisionError",
    "before_step": "before_step: AssertionError",  # a hook cannot break a promise of the product
    "after_step": "after_step: ZeroDivisionError",
    "before_feature": "not run: before_feature: ZeroDivisionError",
    "before_rule": "not run: before_rule: ZeroDivisionError",
    "fixture_up": "before_scenario: ZeroDivisionError",
    "fixture_down": "clean-up of part_down: ZeroDivisionError",
}
BAD_HOOKS = """
@fixture
def part_up(context):
    1 / 0
    yield

@fixture
def part_down(context):
    yield
    1 / 0

def fail(context, name, error=ZeroDivisionError):
    if getattr(context, "scenario", None) and context.scenario.name == name:
        raise error

def before_scenario(context, scenario):
    fail(context, "before_scenario")
    if scenario.name == "fixture_up":
        use_fixture(part_up, context)
    if scenario.name == "fixture_down":
        use_fixture(part_down, context)

def after_scenario(context, scenario):
    fail(context, "after_scenario")

def before_step(context, step):
    fail(context, "before_step", AssertionError)

def after_step(context, step):
    fail(context, "after_step")

def before_tag(context, tag):
    if tag == "before_tag":
        raise ZeroDivisionError

def after_tag(context, tag):
    if tag == "after_tag":
        raise ZeroDivisionError

def before_feature(context, feature):
    if feature.name == "before_feature":
        raise ZeroDivisionError

def before_rule(context, rule):
    if rule.name == "before_rule":
        raise ZeroDivisionError
"""


@pytest.fixture(scope="module")
def bad_hooks(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    project = Project(tmp_path_factory.mktemp("hooks"))
    project.hooks(BAD_HOOKS)
    for mode in HOOK_MODES:
        text = f"Feature: {mode}\n  Rule: {mode}\n    @{mode}\n    Scenario: {mode}\n      Then all is well\n"
        project.feature(text, name=mode)
    return project.judge()


@pytest.mark.parametrize("mode", HOOK_MODES)
def test_a_hook_fails(bad_hooks: Judged, mode: str) -> None:
    assert bad_hooks.outcomes[mode] == "BROKEN"
    assert bad_hooks.reasons[mode].startswith(HOOK_MODES[mode])
    assert bad_hooks.allure[mode][:2] == ("broken", "BROKEN")
    assert bad_hooks.allure[mode][2].startswith(f"BROKEN: {HOOK_MODES[mode]}")


def test_failed_hooks_are_the_same_in_verdict_allure_and_junit(bad_hooks: Judged) -> None:
    assert bad_hooks.verdict
    assert bad_hooks.exit_code == 3
    assert not any("disagree" in trouble for trouble in bad_hooks.verdict["troubles"])
    assert bad_hooks.junit["passed"] == 0


RUN_MODES = {
    "after_all": "def after_all(context):\n    1 / 0",
    "after_feature": "def after_feature(context, feature):\n    1 / 0",
    "after_rule": "def after_rule(context, rule):\n    1 / 0",
    "a fixture of the run, going down": (
        "@fixture\ndef part(context):\n    yield\n    1 / 0\ndef before_all(context):\n    use_fixture(part, context)"
    ),
    "behave itself": "from behave.reporter.junit import JUnitReporter\nJUnitReporter.feature = lambda *_: 1 / 0",
}


@pytest.mark.parametrize("mode", RUN_MODES)
def test_the_run_fails_around_green_scenarios(project: Project, mode: str) -> None:
    project.hooks(RUN_MODES[mode])
    project.feature(ONE.format(step="all is well"))
    judged = project.judge()
    assert (judged.exit_code, judged.outcomes) == (3, {"One": "PASSED"})
    assert judged.verdict
    assert "ZeroDivisionError" in judged.verdict["because"]


def test_a_step_that_aborts_leaves_the_rest_unjudged(project: Project) -> None:
    project.steps(THE_STEP + "context.abort()")
    project.feature(TWO.format(step="the step"))
    judged = project.judge()
    assert (judged.exit_code, judged.outcomes) == (3, {"One": "PASSED", "Two": "BROKEN"})
    assert judged.reasons["Two"] == "was not run"
    assert judged.allure["Two"][:2] == ("broken", "BROKEN")


@pytest.mark.parametrize("way", ["raise SystemExit(0)", "os._exit(0)", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_behave_ends_in_the_middle_of_a_scenario(project: Project, way: str) -> None:
    project.hooks(
        "from pathlib import Path\n@fixture\ndef part(context):\n    yield\n    Path('stopped').touch()\n"
        "def before_all(context):\n    use_fixture(part, context)"
    )
    project.steps(THE_STEP + way)
    project.feature(TWO.format(step="the step"))
    judged = project.judge()
    assert (judged.exit_code, judged.outcomes) == (3, {"One": "BROKEN", "Two": "BROKEN"})
    if "SystemExit" in way:
        assert "SystemExit" in judged.reasons["One"]
        assert {name: shown[:2] for name, shown in judged.allure.items()} == dict.fromkeys(
            ("One", "Two"), ("broken", "BROKEN")
        )
        assert (project.folder / "stopped").exists(), "what was started is stopped all the same"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped(project: Project, number: signal.Signals) -> None:
    project.hooks(
        "from pathlib import Path\n@fixture\ndef part(context):\n    yield\n    Path('stopped').touch()\n"
        "def before_all(context):\n    use_fixture(part, context)"
    )
    project.steps(THE_STEP + "time.sleep(30)")
    project.feature(TWO.format(step="the step"))
    process = project.start()
    project.await_event("scenario-started")
    process.send_signal(number)
    judged = project.judged(process)
    assert (judged.exit_code, judged.outcomes) == (3, {"One": "BROKEN", "Two": "BROKEN"})
    assert judged.verdict
    assert judged.verdict["because"] == f"the run was stopped by {number.name}"
    assert (project.folder / "stopped").exists()


def test_a_run_that_is_stopped_while_it_starts(project: Project) -> None:
    project.hooks(
        "import time\nfrom pathlib import Path\n@fixture\ndef part(context):\n    try:\n"
        "        Path('begun').touch()\n        time.sleep(30)\n        yield\n    finally:\n        Path('stopped').touch()\n"
        "def before_all(context):\n    use_fixture(part, context)"
    )
    project.feature(TWO.format(step="all is well"))
    process = project.start()
    until(lambda: next(project.folder.glob("begun")))
    process.send_signal(signal.SIGTERM)
    judged = project.judged(process)
    assert (judged.exit_code, judged.outcomes) == (3, {"One": "BROKEN", "Two": "BROKEN"})
    assert (project.folder / "stopped").exists()
    assert "Traceback" not in judged.err


def test_killing_behave_from_outside(project: Project) -> None:
    project.steps(THE_STEP + "time.sleep(30)")
    project.feature(TWO.format(step="the step"))
    process = project.start()
    os.kill(project.await_event("process-started")["pid"], signal.SIGKILL)
    judged = project.judged(process)
    assert judged.exit_code == 3
    assert "killed by signal 9" in judged.reasons["Two"]


@pytest.mark.parametrize(
    ("trouble", "exit_code", "sentence"),
    [
        ("UsageError('redis-server is missing; install it')", 64, "redis-server is missing; install it"),
        ("BrokenHarnessError('the proxy is dead')", 3, "the proxy is dead"),
        ("KeyError('x')", 3, "before_all: KeyError: 'x'"),
    ],
)
def test_before_all_refuses(project: Project, trouble: str, exit_code: int, sentence: str) -> None:
    project.hooks(
        "from pathlib import Path\n@fixture\ndef part(context):\n    yield\n    Path('stopped').touch()\n"
        f"def before_all(context):\n    use_fixture(part, context)\n    raise {trouble}"
    )
    project.feature(TWO.format(step="all is well"))
    judged = project.judge()
    assert judged.exit_code == exit_code
    assert (project.folder / "stopped").exists()
    if exit_code == 64:
        assert judged.err.strip() == sentence
        assert judged.verdict is None
    else:
        assert judged.verdict
        assert judged.verdict["because"] == sentence
        assert judged.outcomes == {"One": "BROKEN", "Two": "BROKEN"}
        assert judged.reasons["One"] == f"not run: {sentence}"


def test_nothing_applies(project: Project) -> None:
    project.hooks("def before_scenario(context, scenario):\n    scenario.skip('no engine here')")
    project.feature(TWO.format(step="all is well"))
    judged = project.judge()
    assert (judged.exit_code, set(judged.outcomes.values())) == (3, {"N/A"})
    assert judged.allure["One"] == ("skipped", "N/A", "N/A: no engine here")


def test_a_passed_scenario_whose_fault_has_no_receipt(project: Project) -> None:
    project.steps(
        "from support.behave_runtime.recording import recording\nfrom support.gate.selection.scenarios import scenario_id"
        + THE_STEP
        + "recording().journal.write('fault-planned', fault='1', "
        "scenario=scenario_id(context.scenario), kind='Silence', target='provider', detail='never answers')"
    )
    project.feature(ONE.format(step="the step"))
    judged = project.judge()
    assert (judged.exit_code, judged.outcomes) == (2, {"One": "INCONCLUSIVE"})
    assert judged.allure["One"][:2] == ("broken", "INCONCLUSIVE")


def test_plain_behave_leaves_the_same_behind(project: Project) -> None:
    project.feature(TWO.format(step="the promise is broken"))
    judged = project.judged(project.start(module="behave"))
    assert judged.exit_code == 1
    assert {name: shown[1] for name, shown in judged.allure.items()} == {"One": "FAILED", "Two": "PASSED"}
    assert [event["event"] for event in project.events()].count("scenario-ended") == 2
    assert judged.verdict is None


def test_rows_of_an_outline_have_distinct_names(project: Project) -> None:
    project.feature(
        "Feature: The shop\n  Scenario Outline: The <part> fails\n    Then all is well\n"
        "    Examples:\n      | part | how |\n      | api | slow |\n      | api | down |\n      | cache | down |\n"
    )
    judged = project.judge()
    assert set(judged.outcomes) == {"The api fails (slow)", "The api fails (down)", "The cache fails"}
    assert set(judged.allure) == set(judged.outcomes)
