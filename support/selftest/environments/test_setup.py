"""The set-up installs what the selected systems lack and nothing else; here on a bare machine, which is played by stubs."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from support.core.checkout import CHECKOUT

CATALOG = {"redis-server", "postgresql"}
BROWSER = {"chromium-driver"} if "\nID=debian\n" in Path("/etc/os-release").read_text() else set()
CLUSTERS = {"redis-server", "etcd-server", "mariadb-server", "default-jre-headless", "maven", "iproute2", "nftables"}
TOOLS = (
    "bash",
    "sh",
    "basename",
    "cat",
    "chmod",
    "dirname",
    "flock",
    "grep",
    "mkdir",
    "mv",
    "readlink",
    "rm",
    "sha256sum",
    "sort",
    "tr",
)
APT = "apt-get install -y --no-install-recommends "


class Machine:
    """A copy of the checkout's set-up, and a PATH on which the programs write down how they were called."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "checkout"
        self._programs = folder / "programs"
        self._calls = folder / "calls"
        self._programs.mkdir()
        self._calls.touch()
        for name in TOOLS:
            (self._programs / name).symlink_to(str(shutil.which(name)))
        for name, action in {"id": "echo 0", "ls": "exit 1", "python3": "", "setpriv": "", "apt-get": ""}.items():
            self.install(name, action)
        self._copy_set_up()

    def install(self, name: str, action: str = "") -> None:
        program = self._programs / name
        program.write_text(f'#!/bin/sh\necho "{name} $*" >>{self._calls}\n{action}\n')
        program.chmod(0o755)

    def remove(self, name: str) -> None:
        (self._programs / name).unlink()

    def run(self, command: str | Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.checkout / command, *options],
            env={"PATH": str(self._programs), "HOME": os.environ.get("HOME", "/"), **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self, program: str) -> list[str]:
        return [line for line in self._calls.read_text().splitlines() if line.startswith(f"{program} ")]

    def installed(self) -> set[str]:
        return {
            name
            for call in self.calls("apt-get")
            if APT in call
            for name in call.split()
            if name in CATALOG | CLUSTERS | BROWSER
        }

    def _copy_set_up(self) -> None:
        kept = [
            "accept",
            "check",
            "requirements.txt",
            "support/setup.sh",
            "support/packages.sh",
            "support/gate/usage.txt",
        ]
        for pattern in ("*/setup.sh", "*/programs/*/pom.xml", "*/programs/*/go.sum", "*/programs/*/*/main.go"):
            kept += [str(file.relative_to(CHECKOUT)) for file in CHECKOUT.glob(f"support/systems/{pattern}")]
        for name in kept:
            (self.checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / name, self.checkout / name)
        packages = self.checkout / "support" / "packages.sh"
        packages.write_text(packages.read_text().replace("/usr/sbin/", f"{self.checkout}/"))
        (self.checkout / "features").symlink_to(CHECKOUT / "features")
        (self.checkout / "pyproject.toml").symlink_to(CHECKOUT / "pyproject.toml")
        self._give_python()

    def _give_python(self) -> None:
        """An environment that is ready, and whose Python answers for the selection but runs nothing."""
        folder = self.checkout / ".venv" / "bin"
        folder.mkdir(parents=True)
        python = folder / "python"
        select = f'[ "$3" != systems ] || {{ export PYTHONPATH={CHECKOUT}; exec {CHECKOUT}/.venv/bin/python "$@"; }}'
        python.write_text(f'#!/bin/sh\necho "python${{PYTHONPATH-}} $*" >>{self._calls}\n{select}\n')
        python.chmod(0o755)
        made_of = b"".join((self.checkout / name).read_bytes() for name in ("requirements.txt", "support/setup.sh"))
        (folder.parent / "ready").write_text(f"{hashlib.sha256(made_of).hexdigest()}  -\n")


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@pytest.mark.parametrize(
    ("options", "packages"),
    [
        (("--tags=@fallback",), CATALOG),
        (("features/catalog", "--workers", "2"), CATALOG),
        (("features/infrastructure",), CLUSTERS),
        (("--tags=@harness",), CATALOG | BROWSER),
        ((), CATALOG | CLUSTERS),
        (("--prove",), CATALOG | CLUSTERS),
    ],
)
def test_only_the_selected_systems_are_set_up(machine, options, packages):
    ended = machine.run("accept", *options)

    assert ended.returncode == 0, ended.stderr
    assert machine.installed() == packages
    assert machine.calls("python")[-1] == " ".join(["python -m support.gate run", *options])


@pytest.mark.parametrize("word", ["merge", "report", "compare", "trends", "--help", "--requirements", "--heal"])
def test_what_runs_no_scenario_installs_nothing(machine, word):
    assert machine.run("accept", word).returncode == 0
    assert machine.calls("apt-get") == []


def test_a_selection_that_makes_no_sense_is_left_to_the_run(machine):
    assert machine.run("accept", "--tags=@no-such-tag").returncode == 0
    assert machine.calls("apt-get") == []
    assert machine.calls("python")[-1] == "python -m support.gate run --tags=@no-such-tag"


@pytest.mark.parametrize("command", [("check",), ("accept", "images")])
def test_the_suites_own_tests_and_the_images_need_every_system(machine, command):
    machine.install("debootstrap")

    machine.run(*command)

    assert machine.installed() == CATALOG | CLUSTERS | BROWSER


def test_a_machine_that_is_ready_is_not_asked_for_the_selection(machine):
    for name in ("redis-server", "postgres", "etcd", "mariadbd", "java", "ip", "nft", "mvn", "chromedriver"):
        machine.install(name)
    libraries = machine.checkout / "support/systems/infrastructure/programs/kafka/libs"
    libraries.mkdir()
    pom = (libraries.parent / "pom.xml").read_bytes()
    (libraries / ".ready").write_text(f"{hashlib.sha256(pom).hexdigest()}  -\n")

    machine.run("accept", "--tags=@fallback")

    assert machine.calls("python") == ["python -m support.gate run --tags=@fallback"]


def test_kafka_is_fetched_and_etcd_is_built_for_the_clusters_alone(machine):
    machine.install("mvn", "mkdir -p support/systems/infrastructure/programs/kafka/libs")
    machine.install("timeout", "mkdir -p support/systems/infrastructure/programs/etcd/bin.part")
    machine.install("go")

    machine.run("accept", "--tags=@fallback")
    assert machine.calls("mvn") + machine.calls("timeout") == []

    for _ in range(2):  # the second start finds both
        machine.run("accept", "features/infrastructure")
    assert len(machine.calls("mvn")) == 1
    assert len(machine.calls("timeout")) == 1


def test_without_root_the_command_is_printed(machine):
    machine.install("id", "echo 1000")

    refused = machine.run("accept", "--tags=@fallback")

    assert refused.returncode == 64
    assert refused.stderr == f"these packages are missing; install them with: sudo {APT}postgresql redis-server\n"
    assert machine.calls("apt-get") == []


def test_without_root_the_clusters_run_with_what_is_there(machine):
    machine.install("id", "echo 1000")

    assert machine.run("accept", "features/infrastructure").returncode == 0
    assert machine.calls("apt-get") == []


def test_without_apt_the_programs_are_named(machine):
    machine.remove("apt-get")

    refused = machine.run("accept", "features/catalog")

    assert refused.returncode == 64
    assert refused.stderr.startswith("these programs are missing: postgresql redis-server;")


def test_variables_for_the_users_own_python_do_not_reach_ours(machine):
    assert machine.run("accept", "--heal", PYTHONPATH="/elsewhere").returncode == 0
    assert machine.calls("python")[-1] == "python -m support.gate run --heal"


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["features/catalog", "--help"]])
def test_help_is_shown_at_once(machine, words):
    shown = machine.run("accept", *words)

    assert shown.stdout.startswith("usage: ./accept [behave options]")
    assert machine.calls("python3") == machine.calls("python") == []


def test_accept_starts_through_a_symbolic_link(machine, tmp_path):
    link = tmp_path / "accept"
    link.symlink_to(machine.checkout / "accept")
    assert machine.run(link, "--help").returncode == 0
