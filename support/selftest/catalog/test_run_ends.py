"""How runs end: told in one sentence when they were asked for the impossible, and with nothing left however they end."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from support.core.checkout import CHECKOUT
from support.core.eventually import patiently

SOON = timedelta(seconds=30)
QUICK = "--tags=@CAT-CHAIN-1"  # three scenarios
LONG = "--tags=@CAT-API-1"  # 10 s and more
MOMENTS, EVENTS, SEED = 6, 60, "kills"  # from before the parts are up to the middle of the third or fourth fault


@pytest.fixture
def home(tmp_path):
    """A temporary folder with a short path, for the run directories of this test alone."""
    with tempfile.TemporaryDirectory(prefix="hf") as folder:
        Path(folder).chmod(0o711)  # the user postgres passes through
        yield Path(folder)


def command(home, *options):
    return {
        "args": [sys.executable, "-m", "support.gate", "run", *options],
        "cwd": CHECKOUT,
        "env": {
            **os.environ,
            "TMPDIR": str(home),
            "HOLDFAST_RESULTS": str(home / "results"),
            "HOLDFAST_BACKEND": "embedded",
        },
        "text": True,
    }


def judge(home, *options):
    return subprocess.run(**command(home, *options), capture_output=True, check=False, timeout=240)


def parts(home):
    """Processes of runs under *home*: their folder is in their command line or their environment."""
    found = []
    for process in psutil.process_iter(["pid", "name", "status"]):
        try:
            of_ours = process.environ().get("TMPDIR") == str(home) or str(home) in " ".join(process.cmdline())
            if of_ours and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:  # it has just ended
            continue
    return found


def journal(home):
    path = home / "results" / "journal.jsonl"
    whole = path.read_text().rpartition("\n")[0] if path.exists() else ""  # its last line may be in the writing
    return [json.loads(line) for line in whole.splitlines()]


def in_the_middle(home):
    """Wait until a fault is in force."""

    def felt():
        assert any(entry["event"] == "fault-felt" for entry in journal(home))

    patiently(felt, within=SOON)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["-D", "backend=cloud"], "backend is 'cloud'; say backend=containers or embedded or attached"),
        (["-D", "sead=7"], "there is no setting 'sead'; did you mean seed?"),
        (["--tags=@fallbak"], "no scenario carries @fallbak; the closest known tag is @fallback"),
        (["-D", "catalog_command=/no/such/thing", QUICK], "'/no/such/thing', which is not a program on this machine"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_64(home, options, sentence):
    run = judge(home, *options)

    assert run.returncode == 64
    assert sentence in run.stderr
    assert "Traceback" not in run.stdout + run.stderr
    assert parts(home) == []


def test_a_taken_port_is_told(home):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = judge(home, "-D", f"provider_port={port}", QUICK)

    assert run.returncode == 64
    assert f"port {port} for the provider is not available" in run.stderr
    assert parts(home) == []


def test_a_candidate_that_cannot_start_is_broken_with_its_last_words(home):
    candidate = f"{sys.executable} -c \"print('no licence found'); raise SystemExit(5)\""
    run = judge(home, "-D", f"catalog_command={candidate}", QUICK)

    assert run.returncode == 3
    assert (
        "catalog service could not be started: it ended with exit status 5; its last output: no licence found"
        in run.stdout
    )
    assert parts(home) == []


def test_an_injector_that_does_nothing_makes_every_scenario_with_a_fault_inconclusive(home):
    run = judge(home, "-D", "injector=nothing", "features/catalog/credentials.feature")

    verdict = json.loads((home / "results" / "verdict.json").read_text())
    assert run.returncode == 2
    assert {scenario["outcome"] for scenario in verdict["scenarios"]} == {"INCONCLUSIVE"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_interrupted_gives_no_go_ahead_and_leaves_nothing(home, number):
    run = subprocess.Popen(**command(home, LONG), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    in_the_middle(home)

    run.send_signal(number)
    told, _ = run.communicate(timeout=240)

    assert run.returncode == 3, told
    assert parts(home) == []
    assert list(home.glob("holdfast-*/run-*")) == []


def test_a_run_that_is_killed_leaves_no_process_and_the_next_one_clears_the_rest(home):
    run = subprocess.Popen(**command(home, LONG), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    in_the_middle(home)
    behave = psutil.Process(run.pid).children()[0]

    behave.kill()
    assert run.wait(60) == 3
    patiently(lambda: _none(parts(home)), within=SOON)
    again = judge(home, QUICK)

    assert again.returncode == 0, again.stdout
    assert list(home.glob("holdfast-*/run-*")) == []


def test_a_gate_that_is_killed_leaves_no_process(home):
    run = subprocess.Popen(**command(home, LONG), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    in_the_middle(home)

    run.kill()
    run.wait()

    patiently(lambda: _none(parts(home)), within=SOON)


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_whenever_a_run_is_killed_the_next_start_leaves_nothing_of_it(home, moment):
    """Kills all of a run at once, the way a machine's operator or the kernel would, after a share of its events."""
    run = subprocess.Popen(**command(home, LONG), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = random.Random(f"{SEED} {moment}").randrange(EVENTS)

    def far_enough():
        assert len(journal(home)) >= after
        assert run.poll() is None

    patiently(far_enough, within=SOON)
    for process in [psutil.Process(run.pid), *psutil.Process(run.pid).children()]:
        process.kill()
    run.wait()
    patiently(lambda: _none(parts(home)), within=SOON)

    healed = judge(home, "--heal")

    assert healed.returncode == 0
    assert list(home.glob("holdfast-*/run-*")) == []
    assert str(home) not in Path("/proc/self/mounts").read_text()


def test_a_wedged_proxy_breaks_its_scenario_and_no_other_and_is_never_the_product_s_fault(home):
    names = ["--name", "The provider accepts requests", "--name", "The fourth attempt succeeds"]
    run = subprocess.Popen(**command(home, *names), stdout=subprocess.DEVNULL)
    in_the_middle(home)
    proxy = next(process for process in parts(home) if "support.fault_proxy.server" in process.cmdline())

    proxy.suspend()
    run.wait(60)

    verdict = json.loads((home / "results" / "verdict.json").read_text())
    assert run.returncode == 3
    assert [scenario["outcome"] for scenario in verdict["scenarios"]] == ["BROKEN", "PASSED"]
    assert parts(home) == []


def test_two_runs_at_once_do_not_disturb_each_other(home):
    first, second = (subprocess.Popen(**command(home, QUICK), stdout=subprocess.PIPE) for _ in range(2))

    told = [run.communicate(timeout=240)[0] for run in (first, second)]

    assert [first.returncode, second.returncode] == [0, 0], told
    assert len(list((home / "results").rglob("verdict.json"))) == 2


def _none(processes):
    assert [process.info["name"] for process in processes] == []


def test_a_scenario_with_a_fault_shows_its_picture_and_how_long_recovery_took(home):
    assert judge(home, "--name", "The saved copy recovers before").returncode == 0
    (picture,) = (home / "results" / "allure-results").glob("*-attachment.svg")
    told = picture.read_text()
    assert "the provider is down" in told
    assert "saved copy again" in told
    (scenario,) = json.loads((home / "results" / "verdict.json").read_text())["scenarios"]
    figures = {figure["name"]: figure["value"] for figure in scenario["figures"]}
    assert 0 < figures["recovery time"] < 5
