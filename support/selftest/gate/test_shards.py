"""Shards of a run, and the verdict on the merged run."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from support.gate.cli import main
from support.selftest.gate.gate_project import Project, check_page

SHOP = "@catalog @CAT-CHAIN-1\nFeature: {name}\n  Scenario: {name}\n    Then all is well\n"


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the results 1, 2 and 3 of three shards; `red` is a second one of the third."""
    project = Project(tmp_path_factory.mktemp("shards"))
    for name in ("a", "b", "c", "d"):
        project.feature(SHOP.format(name=name), name=name)
    running = [project.start("-D", f"results={number}", "--shard", f"{number}/3") for number in (1, 2, 3)]
    for process in running:
        out, err = process.communicate(timeout=240)
        assert process.returncode == 0, out + err
    project.steps('\n\n@step("it fails")\ndef _(context):\n    assert False, "shut"\n')
    project.feature(SHOP.format(name="c").replace("all is well", "it fails"), name="c")
    out, _ = project.start("-D", "results=red", "--shard", "3/3").communicate(timeout=240)
    assert "NO-GO" in out
    return project.folder


def merge(shards: Path, tmp_path: Path, *names: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and the verdict; an empty one if there is none."""
    verdict = tmp_path / "results" / "verdict.json"
    folders = [str(name if Path(name).is_absolute() else shards / name) for name in names]
    with pytest.MonkeyPatch.context() as machine:
        machine.setenv("PATH", "")  # without Node.js, which would make a second report
        code = main(["merge", *folders, "-D", f"results={tmp_path / 'results'}"], ())
    check_page(tmp_path / "results")
    return code, json.loads(verdict.read_text()) if verdict.exists() else {}


def changed(shards: Path, tmp_path: Path, name: str, before: str, after: str) -> str:
    copy = shutil.copytree(shards / name, tmp_path / f"changed-{name}")
    journal = copy / "journal.jsonl"
    first, rest = journal.read_text().split("\n", 1)
    assert before in first
    journal.write_text(first.replace(before, after) + "\n" + rest)
    return str(copy)


def test_a_shard_never_says_go(shards: Path) -> None:
    verdict = json.loads((shards / "1" / "verdict.json").read_text())
    assert (verdict["verdict"], verdict["exit_code"], len(verdict["scenarios"])) == ("part", 0, 2)
    assert verdict["because"] == "shard 1 of 3: all 2 scenarios kept their promises"


def test_all_of_them_come_to_one_verdict(shards: Path, tmp_path: Path) -> None:
    code, verdict = merge(shards, tmp_path, "3", "1", "2")
    assert (code, verdict["verdict"], verdict["troubles"]) == (0, "go", [])
    assert [one["name"] for one in verdict["scenarios"]] == ["a", "b", "c", "d"]
    assert verdict["duration_s"] < 60
    assert len(list((tmp_path / "results" / "allure-results").glob("*-result.json"))) == 4
    assert {path.name for path in (tmp_path / "results" / "logs").iterdir()} >= {"worker-1.1", "worker-3.1"}


def test_what_is_red_in_one_is_red_in_all(shards: Path, tmp_path: Path) -> None:
    code, verdict = merge(shards, tmp_path, "1", "2", "red")
    assert (code, verdict["counts"]) == (1, {"PASSED": 3, "FAILED": 1})


def test_a_missing_one_is_red(shards: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, verdict = merge(shards, tmp_path, "1", "3")
    assert (code, verdict["because"]) == (3, "shard 2 of 3 is missing")
    assert {one["reason"] for one in verdict["scenarios"] if one["outcome"] == "BROKEN"} == {"shard 2 of 3 is missing"}
    assert " BROKEN  shard 2 of 3 is missing" in capsys.readouterr().out


def test_one_that_was_killed_is_red(shards: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(shards / "2", tmp_path / "killed")
    journal = copy / "journal.jsonl"
    journal.write_text("".join(line for line in journal.open() if "-ended" not in line))
    code, verdict = merge(shards, tmp_path, "1", str(copy), "3")
    assert code == 3
    assert verdict["because"] == "behave in worker 2.1 ended with exit status 0 in the middle of the run"


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["1", "1"], "are both shard 1 of 3"),
        (["1", "nowhere"], "nowhere holds no run; name the results of ./accept --shard"),
    ],
)
def test_what_cannot_be_merged_is_refused(
    shards: Path, tmp_path: Path, names: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert merge(shards, tmp_path, *names) == (64, {})
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('"seed": ', '"seed": 1', "they do not have the same seed"),
        ('"commit": "', '"commit": "x', "they do not have the same state of the repository"),
        ('"of": 3', '"of": 4', "they do not have the same number of shards"),
        ('"split": [[', '"split": [["catalog/e.feature", ', "they do not have the same split"),
        ('"part": ', '"whole run": ', "holds a whole run, not a shard of one"),
    ],
)
def test_what_does_not_belong_together_is_refused(
    shards: Path, tmp_path: Path, before: str, after: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert merge(shards, tmp_path, "1", changed(shards, tmp_path, "2", before, after)) == (64, {})
    assert sentence in capsys.readouterr().err


def test_nothing_to_merge(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["merge"], ()) == 64
    assert "there is nothing to merge" in capsys.readouterr().err


def test_the_shards_are_not_overwritten(shards: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["merge", str(shards / "1"), str(shards / "2"), "-D", f"results={shards / '2'}"], ()) == 64
    assert "is one of the shards; write elsewhere" in capsys.readouterr().err
