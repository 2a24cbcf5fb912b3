"""Child processes, their ports, and the cleanup after a killed run."""

import os
import shlex
import signal
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from support.core.addresses import LOOPBACK
from support.core.errors import BrokenHarnessError, UsageError
from support.core.eventually import patiently
from support.environments.mounts import mount_small, why_no_mounts
from support.environments.ports import ReservedPort
from support.environments.processes import ChildProcess
from support.environments.programs import dying_with_parent, find_program
from support.environments.run_directory import RunDirectory, folder_for_nested_run, sweep
from support.probes.pings import REDIS_PING, Ping, answers

SOON = timedelta(seconds=5)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def redis(tmp_path):
    run, port = RunDirectory(), ReservedPort()
    argv = [
        find_program("redis-server"),
        "--port",
        str(port.number),
        "--bind",
        LOOPBACK,
        "--dir",
        str(tmp_path),
        "--save",
        "",
    ]
    part = ChildProcess("redis", argv, port=port.number, ping=REDIS_PING, run=run, logs=tmp_path)
    part.start()
    yield part
    part.kill()
    port.release()
    run.remove()


def test_a_reserved_port_stays_reserved_while_its_server_is_down(redis):
    redis.kill()

    with socket.socket() as stranger, pytest.raises(OSError, match="in use"):
        stranger.bind((LOOPBACK, redis.port))
    with pytest.raises(UsageError, match=f"port {redis.port} for the shop is not available"):
        ReservedPort(redis.port, what="the shop")
    redis.start()
    assert answers(redis.port, REDIS_PING)


def test_a_killed_part_restarts_as_another_process(redis):
    before = redis.pid

    redis.kill()
    assert not redis.alive
    assert not answers(redis.port, REDIS_PING)
    redis.start()

    assert redis.pid != before
    assert answers(redis.port, REDIS_PING)


def test_a_frozen_part_is_silent_until_it_is_thawed(redis):
    redis.freeze()
    assert not answers(redis.port, REDIS_PING, within_s=0.1)
    assert redis.alive

    redis.thaw()
    assert answers(redis.port, REDIS_PING)


def test_a_part_that_cannot_start_is_reported_with_its_last_log_line(tmp_path):
    run = RunDirectory()
    words = "import sys; print('no such volume'); sys.exit(7)"
    part = ChildProcess("shop", [sys.executable, "-c", words], port=1, ping=Ping(b"?", b"!"), run=run, logs=tmp_path)

    with pytest.raises(
        BrokenHarnessError,
        match="shop could not be started: it ended with exit status 7; its last output: no such volume",
    ):
        part.start()
    run.remove()


def test_a_missing_program_is_reported_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setenv("PATH", "")

    with pytest.raises(UsageError, match=r"redis-server is missing; install it with: apt-get install .* redis-server"):
        find_program("redis-server")


RUN_AND_WAIT = """
import sys
from pathlib import Path
sys.path.insert(0, {checkout!r})
from support.environments.mounts import mount_small, why_no_mounts
from support.probes.pings import Ping
from support.environments.processes import ChildProcess
from support.environments.run_directory import RunDirectory
import tempfile
tempfile.tempdir = {home!r}
part = ChildProcess("sleeper", ["sleep", "60"], port=1, ping=Ping(b"", b""), run=RunDirectory(), logs=Path({home!r}))
part.spawn()
print(part.pid, flush=True)
input()
"""


@pytest.fixture
def killed_run(tmp_path):
    """A run that has started a child and was killed; the pid of the child."""
    script = RUN_AND_WAIT.format(checkout=os.getcwd(), home=str(tmp_path))  # noqa: PTH109
    run = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
    child = int(run.stdout.readline())
    assert psutil.pid_exists(child)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    return child


def test_a_child_does_not_start_if_its_parent_ended_before_it_requested_the_signal(tmp_path):
    """The command expects this process as its parent; the shell that runs it simulates that this process has ended."""
    ours, orphan = tmp_path / "ours", tmp_path / "orphan"

    subprocess.run(dying_with_parent(["touch", str(ours)]), check=True)
    subprocess.run(["sh", "-c", f"{shlex.join(dying_with_parent(['touch', str(orphan)]))}; true"], check=True)

    assert ours.exists()
    assert not orphan.exists()


def test_the_children_of_a_killed_run_die_with_it_and_the_next_start_removes_its_folder(tmp_path, killed_run):
    def gone():
        assert not psutil.pid_exists(killed_run) or psutil.Process(killed_run).status() == psutil.STATUS_ZOMBIE

    patiently(gone, within=SOON)

    assert [message.split(":")[0] for message in sweep()] == ["an earlier run was killed"]
    assert not list(tmp_path.glob("holdfast-*/run-*"))
    assert sweep() == []


def test_a_sweep_leaves_runs_alone_that_are_alive(redis, tmp_path):
    assert sweep() == []
    assert redis.alive
    assert len(list(tmp_path.glob("holdfast-*/run-*"))) == 1


def test_a_sweep_kills_a_left_over_process_but_no_other_with_a_reused_pid(tmp_path):
    left = subprocess.Popen(["sleep", "60"])
    other = subprocess.Popen(["sleep", "60"])
    dead = RunDirectory()
    dead.remember(left.pid, "left over")
    with (dead.path / "processes").open("a") as listing:
        listing.write(f"{other.pid} 12345.0 unrelated\n")
    dead._lock.close()

    messages = sweep()

    assert "killed left over" in messages[0]
    assert "unrelated" not in messages[0]
    assert left.wait(5) == -signal.SIGKILL
    assert other.poll() is None
    other.kill()
    other.wait()


def test_a_sweep_clears_the_runs_within_a_killed_run(monkeypatch):
    left = subprocess.Popen(["sleep", "60"])
    outer = RunDirectory()
    monkeypatch.setattr("tempfile.tempdir", str(outer.path))
    inner = RunDirectory()
    inner.remember(left.pid, "left over")
    monkeypatch.setattr("tempfile.tempdir", str(outer.path.parents[1]))
    for killed in (outer, inner):
        killed._lock.close()

    (message,) = sweep()

    assert "killed left over" in message
    assert left.wait(5) == -signal.SIGKILL
    assert not outer.path.exists()


def test_a_folder_for_a_nested_run_is_gone_at_its_end(tmp_path):
    with folder_for_nested_run() as folder:
        (folder / "results").mkdir()
        assert sweep() == []
    assert not list(tmp_path.glob("holdfast-*/run-*"))


def test_a_sweep_unmounts_what_a_killed_run_has_mounted():
    killed = RunDirectory()
    small = killed.path / "the backup"  # the kernel's list shows a blank as an escape
    small.mkdir()
    if refusal := why_no_mounts(small):
        pytest.skip(refusal)
    mount_small(small)
    (small / "filler").write_bytes(b"x")
    killed._lock.close()

    assert len(sweep()) == 1

    assert not killed.path.exists()
    assert str(killed.path) not in Path("/proc/self/mounts").read_text()


def test_a_part_does_not_inherit_the_users_environment(tmp_path, monkeypatch):
    for name in ("PGHOSTADDR", "ETCD_NAME", "http_proxy", "HOLDFAST_CATALOG_DATABASE_URL"):
        monkeypatch.setenv(name, "canary")
    run, port = RunDirectory(), ReservedPort()
    part = ChildProcess(
        "env", ["/usr/bin/env"], port=port.number, ping=REDIS_PING, run=run, logs=tmp_path, env={"OWN": "1"}
    )

    part.spawn()
    part._await_end()

    given = dict(line.split("=", 1) for line in part.log.read_text().splitlines())
    assert "canary" not in given.values()
    assert given["OWN"] == "1"
    assert given["PATH"] == os.environ["PATH"]
    port.release()
    run.remove()


@pytest.mark.parametrize("home", ["/proc/nowhere", "/proc", "/dev/null"])
def test_a_temporary_folder_that_cannot_be_written_is_told_with_the_remedy(monkeypatch, home):
    monkeypatch.setattr("tempfile.tempdir", home)

    with pytest.raises(UsageError, match=rf"the run cannot write to {home}/holdfast-\d+ .*; set TMPDIR to a folder"):
        RunDirectory()
