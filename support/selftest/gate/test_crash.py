"""A failure of the gate itself is exit status 3, one sentence and a verdict BROKEN, whatever the machine does to it."""

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from support.core.errors import BrokenHarnessError
from support.gate import crash
from support.gate.cli import main
from support.gate.execution.publish import SCHEMA
from support.selftest.gate.gate_project import REPOSITORY, Project

SHOP = "@CAT-CHAIN-1\nFeature: The shop\n  Scenario: One\n    Then all is well\n  Scenario: Two\n    Then all is well\n"
LONG = "@CAT-CHAIN-1\nFeature: Long\n  Scenario: One\n    Then a long story\n  Scenario: Two\n    Then all is well\n"
LONG_STORY = """

@step("a long story")
def _(context):
    import pathlib
    while not pathlib.Path("enough").exists():
        time.sleep(0.01)
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.feature(SHOP)
    project.steps(LONG_STORY)
    return project


def test_a_verdict_of_a_crash_fits_the_schema(tmp_path: Path) -> None:
    crash.leave_verdict(tmp_path, "why")
    verdict = json.loads((tmp_path / "verdict.json").read_text())
    jsonschema.validate(verdict, json.loads(SCHEMA.read_text()))
    assert (verdict["verdict"], verdict["exit_code"], verdict["because"]) == ("broken", 3, "why")


@pytest.mark.parametrize("failing", ["read_request", "execute", "publish"])
def test_a_crash_in_each_phase_leaves_a_verdict(project: Project, failing: str) -> None:
    sentence = "the gate itself failed, which says nothing about the product: ZeroDivisionError: division by zero"
    assert project.judge().exit_code == 0
    project.write(
        "crashing.py",
        f"import sys\nfrom support.gate import cli\ncli.{failing} = lambda *_, **__: 1 / 0\n"
        "from support.systems.registry import systems\nsys.exit(cli.main(sys.argv[1:], systems()))\n",
    )
    judged = project.judged(project.start("run", module="crashing"))
    assert judged.exit_code == 3
    assert judged.err.splitlines()[-1] == sentence
    assert judged.verdict
    assert (judged.verdict["verdict"], judged.verdict["because"]) == ("broken", sentence)
    assert sentence in (project.results / "summary.md").read_text()


@pytest.mark.parametrize("module", ["redis", "behave", "msgspec", "json"])
def test_the_users_own_modules_do_not_stand_in_for_ours(project: Project, module: str) -> None:
    folder = project.folder / "own"
    folder.mkdir()
    (folder / f"{module}.py").write_text("raise RuntimeError('this is not the module that you think')\n")
    judged = project.judge(PYTHONPATH=f"{folder}{os.pathsep}{REPOSITORY}")
    assert (judged.exit_code, judged.outcomes) == (0, {"One": "PASSED", "Two": "PASSED"}), judged.err


def test_modules_that_cannot_be_loaded(project: Project) -> None:
    project.write("redis.py", "raise RuntimeError('this is not the module that you think')\n")
    project.write("msgspec.py", "raise RuntimeError('this is not the module that you think')\n")
    judged = project.judge()
    assert judged.exit_code == 3
    assert judged.verdict
    assert judged.verdict["because"].endswith("RuntimeError: this is not the module that you think")


def test_a_crash_for_an_odd_reason_is_told_and_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(crash, "_left", [])
    assert crash.report(ValueError("ESC \x1b lone \ud800 FFFE \ufffe"), ["run"]) == 3
    verdict = json.loads((tmp_path / "results" / "verdict.json").read_text())
    assert verdict["because"].endswith(r"ValueError: ESC \x1b lone \ud800 FFFE \ufffe")


def test_wrong_usage_leaves_no_verdict(project: Project) -> None:
    assert (project.judge("--nonsense").exit_code, project.results.exists()) == (64, False)


@pytest.mark.parametrize("option", [["-D", "results=my results"], ["-Dresults=my results"]])
def test_the_folder_of_results_may_hold_a_blank(
    option: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(crash, "_left", [])
    assert crash.report(BrokenHarnessError("why"), ["run", *option, "--tags=@x"]) == 3
    assert (tmp_path / "my results" / "verdict.json").exists()


def test_a_command_that_judges_nothing_leaves_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert crash.report(BrokenHarnessError("why"), ["run", "--heal"]) == 3
    assert crash.report(BrokenHarnessError("why"), ["compare", "a", "b"]) == 3
    assert capsys.readouterr().err == "why\nwhy\n"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_told_to_end(project: Project, number: signal.Signals) -> None:
    project.feature(LONG)
    process = project.start()
    worker = project.await_event("process-started")["pid"]
    project.await_event("scenario-started")
    process.send_signal(number)
    judged = project.judged(process)
    assert judged.exit_code == 3
    assert judged.verdict
    assert judged.verdict["because"] == f"the run was stopped by {number.name}"
    assert not Path("/proc", str(worker)).exists()


@pytest.fixture(autouse=True)
def _hangups_are_not_ignored() -> Iterator[None]:
    """As they are where the tests run under nohup, and then in the gate, too."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


def test_a_terminal_that_goes_away(project: Project) -> None:
    project.feature(LONG)
    ours, theirs = pty.openpty()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
    command = [sys.executable, "-m", "support.gate", "run", "-D", "report=no"]
    process = subprocess.Popen(
        ["setsid", "--ctty", *command],
        cwd=project.folder,
        env={**clean, "PYTHONPATH": str(REPOSITORY)},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    worker = project.await_event("process-started")["pid"]
    project.await_event("scenario-started")
    os.close(ours)
    assert process.wait(60) == 3
    verdict = json.loads((project.results / "verdict.json").read_text())
    assert (verdict["verdict"], verdict["because"]) == ("broken", "the run was stopped by SIGHUP")
    assert not Path("/proc", str(worker)).exists()


def test_a_pipe_that_nobody_reads_any_more(project: Project) -> None:
    project.feature(LONG)
    process = project.start()
    project.await_event("scenario-started")
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    process.stderr.close()
    project.write("enough", "")
    status = process.wait(60)
    verdict = json.loads((project.results / "verdict.json").read_text())
    assert (status, verdict["verdict"], verdict["counts"]) == (0, "go", {"PASSED": 2}), verdict["because"]


@pytest.fixture
def small_disk(project: Project, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A file system of so many kilobytes at the folder of the results."""
    project.results.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={request.param}k", "tmpfs", str(project.results)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a file system needs root")
    yield project.results
    subprocess.run(["umount", "--lazy", str(project.results)], check=True)


@pytest.mark.parametrize("small_disk", [16, 64], indirect=True)
def test_results_that_do_not_fit(project: Project, small_disk: Path) -> None:
    project.feature(
        "Feature: Many\n" + "".join(f"  Scenario: {'n' * 200} {one}\n    Then all is well\n" for one in range(80))
    )
    judged = project.judge()
    assert judged.exit_code == 3
    assert "No space left on device" in judged.out + judged.err
    assert not judged.verdict or judged.verdict["verdict"] == "broken"
    assert not list(small_disk.glob(".verdict.json"))


@pytest.mark.parametrize("small_disk", [3000], indirect=True)
def test_a_disk_that_fills_up_after_a_go(project: Project, small_disk: Path) -> None:
    project.hooks(
        "def after_all(context):\n"
        "    import pathlib\n"
        "    with open('results/taken', 'wb') as file:\n"
        "        import os\n"
        "        free = os.statvfs('results').f_bavail * 4096\n"
        "        file.write(b'x' * (free - 16384))\n"
    )
    judged = project.judge()
    assert judged.exit_code == 3
    assert "The verdict would have been GO: all 2 scenarios kept their promises" in " ".join(judged.out.split())
    assert not judged.verdict or judged.verdict["verdict"] == "broken"
    history = small_disk / "history.jsonl"
    assert not history.exists() or "go" not in {json.loads(one)["verdict"] for one in history.read_text().splitlines()}


def test_results_that_cannot_be_written_are_refused_before_the_run(project: Project) -> None:
    judged = project.judge("-D", "results=/proc/results")
    assert judged.exit_code == 64
    assert judged.err.startswith("the results cannot be written to /proc/results")
    assert main(["run", "--nonsense"], ()) == 64
