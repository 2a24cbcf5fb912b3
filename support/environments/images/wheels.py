"""The wheels that our images install: fetched out here, because pip inside a build may know neither mirror nor certificate."""

import subprocess
import sys
from pathlib import Path

from support.core.checkout import CHECKOUT
from support.core.errors import BrokenHarnessError

PINS = CHECKOUT / "requirements.txt"
NEEDS = [CHECKOUT / "support" / "standins" / "needs.txt", *sorted(CHECKOUT.glob("support/systems/*/app/needs.txt"))]
IMAGE_PYTHON = "3.11"  # Debian 12's, which is 3.11.2
# redis needs it below 3.11.3; pip judges such conditions by the Python that runs it, whatever --python-version says
BESIDES = ["async-timeout"]


def ingredients() -> str:
    return "\n".join(file.read_text() for file in [PINS, *NEEDS]) + str(BESIDES)


def gather(context: Path) -> None:
    """Fetch into *context*/wheels what the parts need, in the versions of requirements.txt, with what it needs in turn."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"]
    command += [
        "--python-version",
        IMAGE_PYTHON,
        "--dest",
        str(context / "wheels"),
        "--constraint",
        str(PINS),
        *BESIDES,
    ]
    for file in NEEDS:
        command += ["--requirement", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise BrokenHarnessError(f"the wheels for our images could not be fetched: {last}; can pip install here?")
