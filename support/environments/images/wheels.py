"""The wheels that our images install, downloaded outside the build, where pip has this machine's mirror and certificates."""

import subprocess
import sys
from pathlib import Path

from support.core.checkout import CHECKOUT
from support.core.errors import BrokenHarnessError

PINS = CHECKOUT / "requirements.txt"
NEEDS = [CHECKOUT / "support" / "standins" / "needs.txt", *sorted(CHECKOUT.glob("support/systems/*/app/needs.txt"))]
IMAGE_PYTHON = "3.11"  # Debian 12 has 3.11.2
# redis needs it below 3.11.3; pip evaluates such conditions with its own Python, regardless of --python-version
ADDITIONAL = ["async-timeout"]


def ingredients() -> str:
    return "\n".join(file.read_text() for file in [PINS, *NEEDS]) + str(ADDITIONAL)


def gather(context: Path) -> None:
    """Download the requirements of our images and their dependencies, as pinned in requirements.txt, into *context*/wheels."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"]
    command += [
        "--python-version",
        IMAGE_PYTHON,
        "--dest",
        str(context / "wheels"),
        "--constraint",
        str(PINS),
        *ADDITIONAL,
    ]
    for file in NEEDS:
        command += ["--requirement", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        raise BrokenHarnessError(
            f"the wheels for our images could not be downloaded: {last}; does pip work on this machine?"
        )
