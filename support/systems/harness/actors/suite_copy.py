"""The gate's own command, run in a copy of the suite, so that what goes wrong there is nobody else's."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from support.core.checkout import CHECKOUT
from support.core.errors import BrokenHarnessError
from support.environments.programs import dying_with_parent

OF_THE_SUITE = ("features", "steps", "support", "pyproject.toml")
HOOKS = "import runpy\n\nglobals().update(runpy.run_path({environment!r}))\n\n\n{more}"
END_S = 90
Gate: TypeAlias = "subprocess.Popen[str]"


@contextmanager
def suite_copy(hooks: str = "") -> Iterator[Path]:
    """A folder with links to the suite; *hooks* is code that follows that of its hooks."""
    with tempfile.TemporaryDirectory(prefix="hf-") as folder:
        copy = Path(folder)
        copy.chmod(0o711)  # the user postgres passes through
        for name in OF_THE_SUITE:
            (copy / name).symlink_to(CHECKOUT / name)
        environment = HOOKS.format(environment=str(CHECKOUT / "environment.py"), more=hooks)
        (copy / "environment.py").write_text(environment, encoding="utf-8")
        yield copy


def surroundings(copy: Path) -> dict[str, str]:
    """The environment of a command in *copy*: ours, without what was said to us, and with all that is temporary in there."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
    return {**clean, "TMPDIR": str(copy), "PYTHONPATH": str(CHECKOUT), "HOLDFAST_BACKEND": "embedded"}


@contextmanager
def gate_in(copy: Path, *options: str) -> Iterator[Gate]:
    """The gate, judging in *copy*, without a report unless *options* say so; it does not outlive the block."""
    gate = subprocess.Popen(
        dying_with_parent([sys.executable, "-m", "support.gate", "run", "-D", "report=no", *options], "TERM"),
        cwd=copy,
        env=surroundings(copy),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield gate
    finally:
        gate.terminate()  # of no effect on one that has ended
        gate.wait()


def last_words(gate: Gate) -> str:
    """All that it said, once it has ended. Raises `BrokenHarnessError` if it does not."""
    try:
        return gate.communicate(timeout=END_S)[0]
    except subprocess.TimeoutExpired:
        raise BrokenHarnessError(f"the judgement did not end within {END_S} s") from None
