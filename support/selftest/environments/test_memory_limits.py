"""Memory limits on a real process: the kernel enforces them, and removing them ends the effect."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from support.core.errors import BrokenHarnessError
from support.environments import memory_limits as memory
from support.environments.memory_limits import MEGABYTE, is_short_of_memory, make_memory_group, remove_memory_group
from support.environments.run_directory import RunDirectory
from support.faults.injectors.process_memory import ProcessMemoryInjector
from support.faults.model import OomKill, ShortOfMemory

HOLDS_80_MB = (
    "import sys, time; held = b'x' * (80 << 20); print(flush=True); sys.stdin.read(); held += held[: 64 << 20]"
)


@pytest.fixture
def group():
    group = make_memory_group(f"holdfast-selftest-{os.getpid()}")
    if group is None:
        pytest.skip("no control group with a memory limit can be created here")
    yield group
    remove_memory_group(group.folder)
    assert not group.folder.exists()


class Part:
    """A minimal part with a process of its own, for the injector."""

    def __init__(self, argv):
        self._argv = argv
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = self._listening.getsockname()
        self.start()

    def start(self):
        self.process = subprocess.Popen(self._argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.process.stdout.readline()
        self.pid = self.process.pid

    @property
    def alive(self):
        return self.process.poll() is None

    def end(self):
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self._listening):
            pipe.close()


def started(argv):
    part = Part(argv)
    try:
        yield part
    finally:
        part.end()


@pytest.fixture
def inside(group):
    yield from started(group.inside([sys.executable, "-c", HOLDS_80_MB]))


@pytest.fixture
def alone():
    yield from started([sys.executable, "-c", HOLDS_80_MB])


def short(part):
    return is_short_of_memory(part.pid, 32 * MEGABYTE)


def test_a_limit_of_the_group_is_felt_by_whoever_asks_there_and_spares_who_holds_more(group, inside):
    injector = ProcessMemoryInjector({"it": inside}, group)
    assert not short(inside)

    injector.inject("it", ShortOfMemory(24))
    assert short(inside)
    assert inside.alive
    assert group.killed == 1  # the process that allocated more

    injector.recover("it", ShortOfMemory(24))
    assert not short(inside)


def test_who_asks_for_more_than_the_limit_is_ended_by_the_kernel(group, inside):
    ProcessMemoryInjector({"it": inside}, group).inject("it", ShortOfMemory(24))
    inside.process.stdin.close()

    assert inside.process.wait(5) == -signal.SIGKILL
    assert group.killed == 1


def test_a_limit_of_the_process_is_read_back_and_refuses(alone):
    injector = ProcessMemoryInjector({"it": alone}, None)
    assert not short(alone)

    injector.inject("it", ShortOfMemory(24))
    assert short(alone)
    injector.recover("it", ShortOfMemory(24))
    assert not short(alone)

    injector.inject("it", ShortOfMemory(24))
    alone.process.stdin.close()
    assert alone.process.wait(5) == 1  # MemoryError


def test_exhaustion_ends_the_largest_process_and_lifting_starts_it_again(group, inside):
    injector, first = ProcessMemoryInjector({"it": inside}, group), inside.process

    injector.inject("it", OomKill())
    assert first.wait(5) == -signal.SIGKILL
    assert group.killed >= 1

    injector.recover("it", OomKill())
    assert inside.alive
    assert not short(inside)
    first.stdin.close()
    first.stdout.close()


def test_an_oom_kill_without_a_group_is_refused(alone):
    with pytest.raises(BrokenHarnessError, match="no group"):
        ProcessMemoryInjector({"it": alone}, None).inject("it", OomKill())
    assert alone.alive


def test_no_group_is_returned_where_none_can_be_created(monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "V1", tmp_path / "no-cgroup")
    monkeypatch.setattr(memory, "V2", tmp_path)  # a folder without the files of the kernel

    assert make_memory_group("ours") is None
    assert not list(tmp_path.iterdir())


@pytest.fixture
def version_2(monkeypatch, tmp_path):
    """The files of version 2, as the kernel creates them."""
    monkeypatch.setattr(memory, "V1", tmp_path / "no-cgroup")
    monkeypatch.setattr(memory, "V2", tmp_path)
    make = memory.Path.mkdir

    def mkdir(self, *args, **kwargs):
        make(self, *args, **kwargs)
        for name, content in (
            ("memory.max", "max"),
            ("memory.current", "1000"),
            ("memory.stat", "anon 900\nactive_file 60\ninactive_file 40\n"),
            ("memory.events", "low 0\noom_kill 3"),
        ):
            (self / name).write_text(content)

    monkeypatch.setattr(memory.Path, "mkdir", mkdir)
    return make_memory_group("ours")


def test_a_group_of_version_2_is_limited_by_its_own_files(version_2):
    version_2.limit(500)
    assert (version_2.folder / "memory.max").read_text() == "1400"  # the page cache can be reclaimed
    assert version_2.killed == 3

    version_2.remove_limit()
    assert (version_2.folder / "memory.max").read_text() == "max"


def test_the_group_of_a_run_is_removed_with_it():
    run = RunDirectory()
    group = run.memory_group()
    run.remove()

    assert group is None or not group.folder.exists()
