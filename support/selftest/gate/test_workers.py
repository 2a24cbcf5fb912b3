"""Several worker processes: how work is distributed, one journal, and what happens when one is killed."""

import io
import re
import signal
from pathlib import Path

import psutil
import pytest

from support.core.errors import UsageError
from support.core.journal import Journal
from support.core.settings import Settings
from support.gate.execution.progress import Progress
from support.gate.execution.run_options import RunOptions, Shard, parse_run_options, worker_count
from support.gate.execution.work_order import split_into_shards, work_order
from support.gate.execution.work_queue import WorkQueue
from support.gate.history.times import read_times, record, recorded
from support.gate.output.console_progress import ScenarioLines
from support.gate.output.terminal import Paint
from support.gate.selection.scenarios import Selected
from support.gate.verdict.outcome import Outcome
from support.selftest.gate.gate_project import Project, until
from support.systems.catalog.settings import CatalogSettings


def scenario(file: str, name: str = "One", *tags: str) -> Selected:
    return Selected(f"{file}:{name}", "F", None, name, list(tags), [], "normal", file)


MANY = [
    scenario("a", "1"),
    scenario("a", "2"),
    scenario("b"),
    scenario("c"),
    scenario("d", "1", "load"),
    scenario("d", "2"),
]


def test_the_longest_file_is_first_and_what_is_unknown_takes_as_long_as_others() -> None:
    order = work_order(MANY, {"a: 1": 1.0, "a: 2": 1.0, "b: One": 7.0})
    assert order.parallel == ["b", "c", "a"]
    assert order.seconds["c"] == 3.0


def test_a_file_with_a_scenario_that_needs_the_machine_is_apart() -> None:
    assert work_order(MANY, {}).exclusive == ["d"]


def test_a_split_gives_every_file_to_one_shard_and_is_the_same_each_time() -> None:
    times = {"a: 1": 4.0, "a: 2": 4.0, "b: One": 5.0, "c: One": 2.0, "d: 1": 0.5, "d: 2": 0.5}
    assert split_into_shards(MANY, times, 2) == [["a"], ["b", "c", "d"]]
    assert split_into_shards(MANY[::-1], times, 2) == split_into_shards(MANY, times, 2)


def test_every_file_in_the_queue_is_read_once() -> None:
    files = [f"{number}.feature" for number in range(100)]
    with WorkQueue.filled(files, files[::-1]) as tasks:
        other = WorkQueue(files, tasks.descriptor)
        taken = [next(iter(reader)) for _ in range(50) for reader in (tasks, other)]
        assert taken == files[::-1]
        assert list(tasks) == []


@pytest.mark.parametrize(
    ("asked", "settings", "options", "files", "started"),
    [
        (3, Settings(), (), 5, 3),
        (3, Settings(), (), 2, 2),
        (1, Settings(systems=(CatalogSettings(redis_port=7000),)), (), 5, 1),
        (0, Settings(systems=(CatalogSettings(redis_port=7000),)), (), 5, 1),
        (0, Settings(), ("--format=plain",), 5, 1),
        (0, Settings(), (), 0, 1),
    ],
)
def test_how_many_are_started(asked: int, settings: Settings, options: tuple[str], files: int, started: int) -> None:
    assert worker_count(RunOptions(workers=asked), settings, options, files) == started


@pytest.mark.parametrize(
    ("backend", "processors", "started"),
    [("embedded", 1, 2), ("embedded", 2, 3), ("embedded", 8, 4), ("containers", 2, 2), ("containers", 8, 4)],
)
def test_how_many_are_started_by_default(
    monkeypatch: pytest.MonkeyPatch, backend: str, processors: int, started: int
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(processors)))
    assert worker_count(RunOptions(), Settings(backend=backend), (), 20) == started


def test_what_can_be_had_once_has_one_worker() -> None:
    with pytest.raises(UsageError, match=r"catalog\.redis_port fixes a port, so that there can be only one worker"):
        worker_count(RunOptions(workers=2), Settings(systems=(CatalogSettings(redis_port=7000),)), (), 5)


def test_our_options_are_taken_and_all_others_left() -> None:
    words = ["--workers", "2", "--tags=@a", "--shard=2/4", "features/x.feature", "-D", "seed=1"]
    assert parse_run_options(words) == (RunOptions(2, Shard(2, 4)), ["--tags=@a", "features/x.feature", "-D", "seed=1"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--workers=two"], "--workers is 'two'; say a number of processes from 1 to 16"),
        (["--workers", "17"], "--workers is '17'"),
        (["--workers"], "argument --workers: expected one argument"),
        (["--shard", "5/4"], "--shard is '5/4'; say which shard of how many, such as --shard 2/4"),
        (["--shard", "0/4"], "--shard is '0/4'"),
        (["--shard=2"], "--shard is '2'"),
        (["--times=times.json"], "give it together with --shard"),
        (["--repeat", "0"], "--repeat is '0'; say a number of times from 1 to 1000"),
        (["--repeat=2", "--shard=1/2"], "--shard and --repeat do not go together"),
    ],
)
def test_invalid_options_are_refused(words: list[str], sentence: str) -> None:
    with pytest.raises(UsageError, match=re.escape(sentence)):
        parse_run_options(words)


def test_times_that_cannot_be_read_are_none(tmp_path: Path) -> None:
    (tmp_path / "times.json").write_text("[]")
    record(tmp_path, [])
    assert recorded(tmp_path) == {}
    with pytest.raises(UsageError, match="holds no recorded times"):
        read_times(tmp_path / "nowhere.json")


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_the_last_line_shows_what_runs_and_the_remaining_time(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl", "r", "1")
    screen = Screen()
    progress = Progress(MANY[:3], {"a: 1": 2.0, "a: 2": 2.0, "b: One": 4.0}, (), journal.path, screen)
    progress.begin(2)
    journal.write("scenario-started", scenario="a:1")
    progress.update()
    assert screen.getvalue().endswith("0 of 3 done, about 4.0 s left | 1: 1")
    journal.write("scenario-ended", scenario="a:1", outcome="FAILED", reason="shut", duration_s=2.0)
    progress.update()
    assert "FAILED" in screen.getvalue()
    assert screen.getvalue().endswith("\r\033[K1 of 3 done, 1 FAILED, about 3.0 s left")
    progress.end()
    journal.close()


def test_what_is_run_exclusively_is_not_shared_among_the_workers(tmp_path: Path) -> None:
    screen = Screen()
    journal = Journal(tmp_path / "journal.jsonl", "r", "1")
    progress = Progress(MANY[:3], {"a: 1": 2.0, "a: 2": 2.0, "b: One": 4.0}, ["b"], journal.path, screen)
    progress.begin(2)
    progress.update()
    assert screen.getvalue().endswith("0 of 3 done, about 6.0 s left")
    progress.end()
    journal.close()


def test_lines_of_several_bear_the_name_of_theirs() -> None:
    lines = ScenarioLines(Paint(io.StringIO()), "2")
    assert list(lines.headings(MANY[0])) == ["2| F"]
    assert list(lines.headings(MANY[1])) == []
    assert list(lines.end(MANY[0], Outcome.FAILED, "shut\nfor good", 1.0)) == [
        "2|     FAILED         1.00 s  1",
        "2|                            shut\n2|                            for good",
    ]


TOGETHER = """

import pathlib

@step("{name} waits for the others")
def _(context, name):
    pathlib.Path(name).touch()
    while len(list(pathlib.Path().glob("worker-*"))) < 2:
        time.sleep(0.01)


@step("it is killed")
def _(context):
    os.kill(os.getpid(), signal.SIGKILL)


@step("it takes long")
def _(context):
    time.sleep(60)
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two features that must run at the same time."""
    project = Project(tmp_path)
    project.steps(TOGETHER)
    for name in ("a", "b"):
        project.feature(_feature(f"worker-{name} waits for the others", "all is well"), name=name)
    return project


def _feature(*steps: str, tag: str = "catalog") -> str:
    scenarios = (f"  Scenario: {number}\n    Then {step}\n" for number, step in enumerate(steps, start=1))
    return f"@{tag} @CAT-CHAIN-1\nFeature: The shop\n" + "".join(scenarios)


def _ends(project: Project) -> list[tuple[str, str]]:
    return [(event["worker"], event["scenario"]) for event in project.events() if event["event"] == "scenario-ended"]


def test_two_workers_make_one_run(project: Project) -> None:
    project.feature(_feature("all is well", tag="load"), name="measured")
    judged = project.judge("--workers", "2")
    assert judged.verdict
    assert (judged.exit_code, judged.verdict["counts"]) == (0, {"PASSED": 5}), judged.out
    assert judged.junit == {"passed": 5}
    assert {worker for worker, _ in _ends(project)} == {"1", "2", "3"}
    assert _ends(project)[-1] == ("3", "catalog/measured.feature:3"), "alone, when all others are done"
    assert "\033" not in judged.out
    assert "5 of 5 done" in judged.out
    assert len(list((project.results / "logs").glob("worker-*/behave.log"))) == 3


def test_what_they_share_is_there_before_they_begin(project: Project) -> None:
    project.hooks("import os\n\ndef before_all(context):\n    assert os.path.isdir(context.config.junit_directory)")
    judged = project.judge("--workers", "2")
    assert (judged.exit_code, judged.outcomes) == (0, {"1": "PASSED", "2": "PASSED"}), judged.out


def test_when_one_is_killed_the_other_finishes_and_the_verdict_is_broken(project: Project) -> None:
    project.feature(_feature("worker-a waits for the others", "it is killed", "all is well"), name="a")
    judged = project.judge("--workers=2")
    assert judged.verdict
    assert judged.exit_code == 3
    reasons = {one["id"]: one["reason"] for one in judged.verdict["scenarios"] if one["outcome"] == "BROKEN"}
    assert reasons == {
        "catalog/a.feature:5": "behave was killed by signal 9 in the middle of it",
        "catalog/a.feature:7": "behave was killed by signal 9 before it",
    }
    assert judged.verdict["counts"] == {"PASSED": 3, "BROKEN": 2}
    assert judged.verdict["troubles"][0].endswith("was killed by signal 9 in the middle of the run")
    assert "behave was killed by signal 9" in judged.out


def test_one_signal_stops_all(project: Project) -> None:
    for name in ("a", "b"):
        project.feature(_feature(f"worker-{name} waits for the others", "it takes long"), name=name)
    process = project.start("--workers=2")
    until(lambda: next(iter(_ends(project)[1:])))
    process.send_signal(signal.SIGTERM)
    judged = project.judged(process)
    assert judged.verdict
    assert (judged.exit_code, judged.verdict["counts"]) == (3, {"PASSED": 2, "BROKEN": 2})
    assert judged.verdict["because"] == "the run was stopped by SIGTERM"
    assert [status for status, outcome, _ in judged.allure.values() if outcome == "BROKEN"] == ["broken"]


def test_when_the_gate_is_killed_its_workers_end(project: Project) -> None:
    for name in ("a", "b"):
        project.feature(_feature(f"worker-{name} waits for the others", "it takes long"), name=name)
    process = project.start("--workers=2")
    until(lambda: next(iter(_ends(project)[1:])))
    pids = [event["pid"] for event in project.events() if event["event"] == "process-started"]
    process.kill()
    process.communicate()
    _, alive = psutil.wait_procs([psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)], timeout=20)
    assert (len(pids), alive) == (2, [])
