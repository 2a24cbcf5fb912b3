"""Wrong usage is refused in one sentence before anything runs; concurrent runs use separate folders."""

import os
from pathlib import Path

import pytest

from support.gate.cli import main
from support.gate.execution.results import claim
from support.selftest.gate.gate_project import Project
from support.systems.registry import NAMES

SHOP = """
@catalog @fallback @CAT-CHAIN-1
Feature: The shop
  Scenario: One
    Then all is well
"""
WRONG = {
    "an unknown tag": (["--tags=@fallbak"], "no scenario carries @fallbak; the closest known tag is @fallback"),
    "an unknown requirement": (["--tags=@CAT-CHAIN-9"], "the closest known tag is @CAT-CHAIN-1"),
    "one unknown tag of two": (["--tags=@catalog or @catalogue"], "no scenario carries @catalogue"),
    "an empty selection": (["--tags=@catalog and not @fallback"], "there is no scenario for --tags="),
    "an unknown name": (["--name=Nobody"], "there is no scenario with a name that matches 'Nobody'"),
    "an unknown option": (["--nonsense"], "unrecognized arguments: --nonsense"),
    "half a tag expression": (["--tags=@a and ("], "behave does not understand its options"),
    "a missing feature": (["features/nowhere.feature"], "there is no feature file features/nowhere.feature"),
    "an unknown setting": (["-D", "sed=5"], "there is no setting 'sed'; did you mean seed?"),
    "a malformed setting": (["-D", "seed=five"], "seed is 'five'"),
    "no worker": (["--workers", "0"], "--workers is '0'; say a number of processes from 1 to 16"),
    "an empty shard": (["--shard=2/2"], "shard 2 of 2 has nothing to do: only 1 feature files are selected"),
    "no times": (["--shard=1/2", "--times=nowhere"], "nowhere holds no recorded times"),
    "many workers on one port": (["--workers=2", "-D", "redis_port=7000"], "redis_port fixes a port"),
    "a dry run": (["--dry-run"], "--dry-run runs nothing"),
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.feature(SHOP)
    return project


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_usage_is_one_sentence(project: Project, wrong: str) -> None:
    options, sentence = WRONG[wrong]
    judged = project.judge(*options)
    assert judged.exit_code == 64
    assert sentence in judged.err
    assert len(judged.err.strip().splitlines()) == 1
    assert judged.out == ""
    assert not project.results.exists()


def test_a_requirement_that_the_register_does_not_know(project: Project) -> None:
    project.feature(SHOP.replace("CAT-CHAIN-1", "CAT-CHAIN-7"))
    judged = project.judge()
    assert judged.exit_code == 64
    assert "carries @CAT-CHAIN-7, which no features/*/requirements.yml contains" in judged.err


def test_a_feature_file_that_is_named_twice(project: Project) -> None:
    project.feature(SHOP, name="another")
    judged = project.judge("features", "features/catalog/another.feature")
    assert judged.exit_code == 64
    assert judged.err == "catalog/another.feature is named twice; name each file or folder once\n"


def test_a_feature_file_that_is_none(project: Project) -> None:
    project.feature("Once upon a time\n")
    judged = project.judge()
    assert judged.exit_code == 64
    assert judged.err.startswith("a feature file cannot be read: ")


def test_an_environment_that_cannot_be_loaded(project: Project) -> None:
    project.hooks("import nonsense")
    judged = project.judge()
    assert judged.exit_code == 3
    assert judged.verdict
    assert judged.verdict["because"] == (
        "behave ended with exit status 1 before it ran anything; "
        "the last line of its log: ModuleNotFoundError: No module named 'nonsense'"
    )


@pytest.mark.parametrize("words", [[], ["judge"], ["report", "a", "b"]])
def test_an_unknown_command(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words, ()) == 64
    assert "usage: ./accept" in capsys.readouterr().err


def test_plain_behave_refuses_an_unknown_tag_too(project: Project) -> None:
    judged = project.judged(project.start("--tags=@fallbak", module="behave"))
    assert judged.exit_code == 64
    assert judged.err.strip() == "no scenario carries @fallbak; the closest known tag is @fallback"


def test_two_runs_at_once_keep_apart(project: Project) -> None:
    project.steps(
        '\n\n@step("a long story")\ndef _(context):\n    import pathlib\n'
        "    while not pathlib.Path('enough').exists():\n        time.sleep(0.01)\n"
    )
    project.feature("Feature: Long\n  Scenario: One\n    Then a long story\n", name="long")
    first = project.start("features/catalog/long.feature")
    project.await_event("scenario-started")
    second = project.start("features/catalog/shop.feature")
    out, _ = second.communicate(timeout=60)
    own = project.results / f"run-{second.pid}"
    assert out.splitlines()[0] == f"another run holds results: this one writes to {own.relative_to(project.folder)}"
    assert (second.returncode, (own / "verdict.json").exists()) == (0, True)
    project.write("enough", "")
    judged = project.judged(first)
    assert (judged.exit_code, judged.outcomes) == (0, {"One": "PASSED"})
    assert len((project.results / "history.jsonl").read_text().splitlines()) == 2


def test_old_folders_of_concurrent_runs_are_removed(tmp_path: Path) -> None:
    for number in range(1, 6):
        (tmp_path / f"run-{number}").mkdir()
        os.utime(tmp_path / f"run-{number}", (number, number))
    with claim(tmp_path).lock, claim(tmp_path / "run-1").lock, claim(tmp_path).lock:
        left = {path.name for path in tmp_path.glob("run-*")}
    assert left == {"run-1", "run-4", "run-5", f"run-{os.getpid()}"}


def test_results_are_new_each_time_and_history_is_kept(project: Project) -> None:
    project.judge("-D", "results=elsewhere")
    project.results = project.folder / "elsewhere"
    (project.results / "allure-results" / "old-result.json").write_text("{}")
    judged = project.judge("-D", "results=elsewhere")
    assert judged.exit_code == 0
    assert len(judged.allure) == 1
    assert len((project.results / "history.jsonl").read_text().splitlines()) == 2


def test_results_in_the_way_of_a_file(project: Project) -> None:
    project.write("taken", "")
    judged = project.judge("-D", "results=taken")
    assert judged.exit_code == 64
    assert judged.err.startswith("the results cannot be written to taken")


def test_a_report_that_lost_a_scenario(project: Project) -> None:
    project.hooks(
        "import pathlib\ndef after_all(context):\n"
        "    for path in pathlib.Path('results/allure-results').glob('*-result.json'):\n        path.unlink()\n"
    )
    judged = project.judge()
    assert (judged.exit_code, judged.outcomes) == (3, {"One": "PASSED"})
    assert judged.verdict
    assert judged.verdict["because"] == (
        "the report disagrees: catalog/shop.feature:4 is PASSED, the report says nothing"
    )


def test_without_node_there_is_a_report_that_says_how_to_make_the_rest(project: Project) -> None:
    judged = project.judge()
    assert judged.exit_code == 0
    assert "npm ci --prefix" in " ".join(judged.out.split())
    page = (project.results / "report.html").read_text()
    assert "all 1 scenarios" in page or "the only scenario" in page
    assert "npm ci --prefix" in page
    assert not (project.results / "evidence.html").exists()


@pytest.mark.parametrize("tags", ["@tasks", "@catalog @infrastructure", "@CAT-CHAIN-1"])
def test_a_scenario_of_no_known_system_is_refused(project: Project, tags: str) -> None:
    text = f"{tags}\nFeature: Strange\n  Scenario: One\n    Then all is well\n"
    project.write("features/catalog/strange.feature", text)
    judged = project.judge("features/catalog/strange.feature")
    assert (judged.exit_code, judged.verdict) == (64, None)
    known = ", ".join(f"@{name}" for name in NAMES)
    assert judged.err.strip() == (
        f"catalog/strange.feature:3 must carry the tag of exactly one system ({known}); add it to its Feature"
    )


INCOMPLETE = {
    "no step": (
        "  Scenario: Two\n",
        'catalog/shop.feature:6 "Two" has no Then, so it cannot fail; add what users get as its Then, or tag it @wip',
    ),
    "no Then": (
        "  Scenario: Two\n    Given all is well\n",
        'catalog/shop.feature:6 "Two" has no Then, so it cannot fail; add what users get as its Then, or tag it @wip',
    ),
    "no row": (
        "  Scenario Outline: Two\n    Then <what>\n    Examples:\n      | what |\n",
        'catalog/shop.feature:6 "Two" is an outline without a row of examples, so it never runs; add rows, or tag it @wip',
    ),
    "no examples": (
        "  Scenario Outline: Two\n    Then <what>\n",
        'catalog/shop.feature:6 "Two" is an outline without a row of examples, so it never runs; add rows, or tag it @wip',
    ),
    "a row in some examples only": (
        (
            "  Scenario Outline: <what>\n    Then <what>\n    Examples: A\n      | what |\n      | all is well |\n"
            "    Examples: B\n      | what |\n"
        ),
        "features/catalog/shop.feature:11 are Examples without a row, so they never run; add rows or delete them",
    ),
    "one name twice": (
        "  Scenario: One\n    Then the promise is broken\n",
        (
            'catalog/shop.feature:4 and line 6 are both called "One", and reports tell the scenarios of a feature apart by name; '
            "rename one"
        ),
    ),
}


@pytest.mark.parametrize("lack", INCOMPLETE)
def test_a_scenario_that_proves_nothing_is_refused(project: Project, lack: str) -> None:
    text, sentence = INCOMPLETE[lack]
    project.feature(SHOP + text)
    judged = project.judge()
    assert (judged.exit_code, judged.err.strip()) == (64, sentence)
    project.feature(SHOP + text.replace("  Scenario", "  @wip\n  Scenario"))
    assert project.judge("--tags=not @wip").exit_code == 0


VANISHING = {
    "a misspelled Scenario": (
        "Feature: Two\n  Scenaro: Two\n    Then the promise is broken\n  Scenario: Three\n    Then all is well\n",
        "\"Scenaro: Two\" is read as a description of Feature 'Two' (features/catalog/two.feature:2); did you mean Scenario:?",
    ),
    "no scenario": (
        "Feature: Two\n  Background:\n    Then all is well\n",
        "Feature 'Two' (features/catalog/two.feature:2) has no scenario, so it proves nothing; add one, or tag it @wip",
    ),
    "a rule without a scenario": (
        "Feature: Two\n  Rule: Three\n  Rule: Four\n    Scenario: Two\n      Then all is well\n",
        "Rule 'Three' (features/catalog/two.feature:3) has no scenario, so it proves nothing; add one, or tag it @wip",
    ),
    "no feature": (
        "# @catalog\n",
        "features/catalog/two.feature holds no feature, so it proves nothing; write one or delete the file",
    ),
}


@pytest.mark.parametrize("kind", VANISHING)
def test_a_scenario_that_would_vanish_is_refused(project: Project, kind: str) -> None:
    text, sentence = VANISHING[kind]
    project.feature(text, name="two")
    judged = project.judge()
    assert (judged.exit_code, judged.err.strip()) == (64, sentence)


def test_assertions_that_python_leaves_out_are_refused(project: Project) -> None:
    judged = project.judge(PYTHONOPTIMIZE="1")
    assert judged.exit_code == 64
    assert judged.err.startswith("Python leaves out assertions (-O, or PYTHONOPTIMIZE in the environment)")


def test_the_users_own_configuration_of_behave_changes_nothing(project: Project, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".behaverc").write_text("[behave]\nexclude_re = shop\nname = wrong\n", encoding="utf-8")
    judged = project.judge(HOME=str(home), BEHAVE_STAGE="other")
    assert (judged.exit_code, judged.outcomes) == (0, {"One": "PASSED"})


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"PYTHONIOENCODING": "ascii"}, "K\\xe4ufer sehen Preise in \\u20ac"),
        ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, "Käufer sehen Preise in €"),
    ],
)
def test_a_terminal_without_the_letters_of_a_name(project: Project, environment: dict[str, str], told: str) -> None:
    project.feature(SHOP.replace("One", "Käufer sehen Preise in €"))
    judged = project.judge(**environment)
    assert (judged.exit_code, judged.outcomes) == (0, {"Käufer sehen Preise in €": "PASSED"})
    assert told in judged.out


def test_a_name_that_no_output_can_hold(project: Project) -> None:
    project.feature(SHOP.replace("One", "O\x1bn\ufffee"))
    judged = project.judge()
    assert (judged.exit_code, judged.outcomes) == (0, {r"O\x1bn\ufffee": "PASSED"})
    assert "\x1b" not in judged.out


def test_a_gate_that_crashes_does_not_look_like_a_broken_promise(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("support.gate.cli.read_request", lambda *_: 1 / 0)
    assert main(["run"], ()) == 3
    assert capsys.readouterr().err.splitlines()[-1] == (
        "the gate itself failed, which says nothing about the product: ZeroDivisionError: division by zero"
    )
