"""A series of runs on the same release, in the last of which it does something else."""

import json
import subprocess
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from support.gate.history.runs import FILE


class NextRelease(Enum):
    """The values are the phrases of the features."""

    SLOWER = "makes shoppers wait 3 times as long"
    DEFECTIVE = "does not read the saved copy"


CHANGES = {  # one environment variable of the catalog
    NextRelease.SLOWER: "CATALOG_PATIENCE_S=1.5",
    NextRelease.DEFECTIVE: "CATALOG_DEFECT=skips-the-saved-copy",
}


@dataclass(frozen=True, slots=True)
class TrendsPage:
    text: str


def write_candidate(start: Path, change: str = "") -> None:
    """Make *start* an executable that starts the catalog with *change*, an environment variable; it is the same file with any."""
    module = "support.systems.catalog." + ("defects" if "DEFECT" in change else "app")
    today = start.with_suffix(".today")
    today.write_text(f"{change} {sys.executable} -m {module}", encoding="utf-8")
    start.write_text(f"#!/bin/sh\nexec env $(cat {today})\n", encoding="utf-8")
    start.chmod(0o755)


def init_git(folder: Path) -> None:
    """Create a commit in *folder*, by which the history recognises that two runs used the same code."""
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    author = ("-c", "user.name=Ana", "-c", "user.email=ana@example.org")
    subprocess.run(["git", "-C", folder, *author, "commit", "--quiet", "--allow-empty", "-m", "A release"], check=True)


def repeat_last_run(home: Path, times: int) -> None:
    """Append *times* copies of the last run to the history in *home*."""
    history = home / FILE
    last = json.loads(history.read_text(encoding="utf-8").splitlines()[-1])
    with history.open("a", encoding="utf-8") as file:
        for number in range(times):
            file.write(json.dumps({**last, "run": f"{last['run']}-{number}"}) + "\n")
