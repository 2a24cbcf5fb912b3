"""Runs the gate's command in a copy of the suite, isolated from the run that is going on."""

import os
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from support.core.checkout import CHECKOUT
from support.core.errors import BrokenHarnessError
from support.environments.programs import dying_with_parent
from support.environments.run_directory import folder_for_nested_run

SUITE_FILES = ("features", "steps", "support", "pyproject.toml")
HOOKS = "import runpy\n\nglobals().update(runpy.run_path({environment!r}))\n\n\n{more}"
RUN_TIMEOUT_S = 240  # far more than needed, so that a busy machine is no failure
GateProcess: TypeAlias = "subprocess.Popen[str]"


@contextmanager
def suite_copy(hooks: str = "") -> Iterator[Path]:
    """A temporary folder with links to the suite's files. *hooks* is code that is appended to its environment.py."""
    with folder_for_nested_run() as copy:
        for name in SUITE_FILES:
            (copy / name).symlink_to(CHECKOUT / name)
        environment = HOOKS.format(environment=str(CHECKOUT / "environment.py"), more=hooks)
        (copy / "environment.py").write_text(environment, encoding="utf-8")
        yield copy


def environment_of(copy: Path) -> dict[str, str]:
    """The environment variables for a command in *copy*: without this run's settings, and with temporary files in *copy*."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
    return {**clean, "TMPDIR": str(copy), "PYTHONPATH": str(CHECKOUT), "HOLDFAST_BACKEND": "embedded"}


@contextmanager
def gate_in(copy: Path, *options: str, environment: Mapping[str, str] | None = None) -> Iterator[GateProcess]:
    """The gate, running in *copy* until the block ends at the latest. It writes no report unless *options* say so.

    *environment* has more variables for it.
    """
    gate = subprocess.Popen(
        dying_with_parent([sys.executable, "-m", "support.gate", "run", "-D", "report=no", *options], "TERM"),
        cwd=copy,
        env={**environment_of(copy), **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield gate
    finally:
        gate.terminate()  # has no effect on a process that has ended
        gate.wait()


def path_without(copy: Path, names: Collection[str]) -> str:
    """A folder in *copy* with every program of this machine but these *names*, as a search path."""
    folder = copy / "programs"
    folder.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        for program in Path(place).glob("*"):
            link = folder / program.name
            if program.name not in names and not link.is_symlink():
                link.symlink_to(program)
    return str(folder)


def output_of(gate: GateProcess) -> str:
    """Wait until *gate* has ended and return its output. Raises `BrokenHarnessError` on a time-out."""
    try:
        return gate.communicate(timeout=RUN_TIMEOUT_S)[0]
    except subprocess.TimeoutExpired:
        raise BrokenHarnessError(f"the nested run did not end within {RUN_TIMEOUT_S} s") from None
