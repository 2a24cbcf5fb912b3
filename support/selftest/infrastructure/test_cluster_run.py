"""Runs of clusters: missing programs are reported with the remedy, and a killed run leaves nothing behind."""

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from support.core.checkout import CHECKOUT
from support.core.errors import BrokenHarnessError, UsageError
from support.core.eventually import patiently
from support.environments.network import LoopbackNetwork
from support.environments.programs import PACKAGES
from support.environments.run_directory import RunDirectory
from support.systems.infrastructure.addresses import read_addresses
from support.systems.infrastructure.clusters import cluster_manager
from support.systems.infrastructure.clusters.attached import NO_FAULTS
from support.systems.infrastructure.clusters.cluster import ClusterEnvironment
from support.systems.infrastructure.clusters.config import ClusterConfig

SOON = timedelta(seconds=30)


@pytest.fixture
def environment(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    run = RunDirectory()
    yield ClusterEnvironment(LoopbackNetwork("paths can be cut by root only"), run, tmp_path, ClusterConfig())
    run.remove()


def test_missing_programs_are_reported_with_the_command_that_installs_them(environment, monkeypatch):
    def missing(name):
        raise UsageError(f"the program {name} is missing; install it with: apt-get install {PACKAGES[name]}")

    monkeypatch.setattr(cluster_manager, "find_program", missing)

    clusters = cluster_manager.ClusterManager(environment)

    assert clusters.lacking["namespaces"] == "paths can be cut by root only"
    assert clusters.lacking["etcd"] == "the program etcd is missing; install it with: apt-get install etcd-server"
    assert set(clusters.lacking) == {"namespaces", *cluster_manager.CLUSTER_KINDS}


def test_only_the_given_services_are_tested_when_attached(environment):
    clusters = cluster_manager.ClusterManager(environment, {"etcd": read_addresses("etcd", "127.0.0.1:1")})

    assert clusters.lacks({"redis"}) == "only services that are already running are tested, and REDIS_ADDR is not set"
    assert clusters.lacks({"nodes"}) == NO_FAULTS
    with pytest.raises(BrokenHarnessError, match=r"ETCD_ADDR=127\.0\.0\.1:1 cannot be tested: the connection was"):
        clusters.lacks({"etcd"})


@pytest.mark.parametrize("moment", ["scenario-started", "fault-felt"])
def test_a_run_that_is_killed_leaves_nothing_on_this_machine(moment):
    with tempfile.TemporaryDirectory(prefix="hf") as home:
        own = {**os.environ, "TMPDIR": home}
        before = _network_leftovers()
        command = [sys.executable, "-m", "support.gate", "run", "-D", f"results={home}/results", "-D", "report=no"]
        run = subprocess.Popen(
            [*command, "features/infrastructure/cut_off_applications.feature"],
            cwd=CHECKOUT,
            env=own,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            patiently(lambda: _assert_reached(moment, Path(home)), within=SOON, every=0.01)
            threading.Event().wait(random.uniform(0, 1))
        finally:
            for process in [psutil.Process(run.pid), *psutil.Process(run.pid).children()]:
                process.kill()
            run.wait()

        patiently(lambda: _assert_no_process(home), within=SOON)
        healed = subprocess.run([*command[:4], "--heal"], cwd=CHECKOUT, env=own, capture_output=True, check=True)

        assert b"removed its folder" in healed.stdout
        assert list(Path(home).glob("holdfast-*/run-*")) == []
        assert _network_leftovers() == before


def _assert_reached(moment, home):
    journal = home / "results" / "journal.jsonl"
    events = [json.loads(line)["event"] for line in journal.read_text().splitlines()] if journal.exists() else []
    assert moment in events


def _network_leftovers():
    """Return the network devices and nftables of this machine that have names as the suite gives them."""
    tables = (
        subprocess.run(["nft", "list", "tables"], capture_output=True, check=False).stdout
        if shutil.which("nft")
        else b""
    )
    return {name for name in psutil.net_if_addrs() if re.fullmatch(r"br0|p\d+", name)}, b"holdfast" in tables


def _assert_no_process(home):
    """No process of the run is left, and so none of its namespaces, which processes keep alive."""
    left = []
    for process in psutil.process_iter(["name"]):
        try:
            if process.environ().get("TMPDIR") == home and process.status() != psutil.STATUS_ZOMBIE:
                left.append(process.name())
        except psutil.Error:
            continue
    assert left == []
