"""A release that has been judged several times, and the one after it: what changes, and a command that starts either."""

import json
import subprocess
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from support.gate.history.runs import FILE


class NextRelease(Enum):
    """By the words of the features."""

    SLOWER = "lets shoppers wait 3 times as long"
    MISTAKEN = "forgets about the saved copy"


CHANGES = {
    NextRelease.SLOWER: "CATALOG_PATIENCE_S=1.5",
    NextRelease.MISTAKEN: "CATALOG_DEFECT=skips-the-saved-copy",
}


@dataclass(frozen=True, slots=True)
class TrendsPage:
    text: str


def write_candidate(start: Path, change: str = "") -> None:
    """Make *start* the program that starts the catalog with *change*, one variable of its environment."""
    module = "support.systems.catalog." + ("defects" if "DEFECT" in change else "app")
    start.write_text(f"#!/bin/sh\nexec env {change} {sys.executable} -m {module}\n", encoding="utf-8")
    start.chmod(0o755)


def put_under_version_control(folder: Path) -> None:
    """So that the history can tell that two runs judged by the same code."""
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    who = ("-c", "user.name=Ana", "-c", "user.email=ana@example.org")
    subprocess.run(["git", "-C", folder, *who, "commit", "--quiet", "--allow-empty", "-m", "A release"], check=True)


def repeat_the_last_run(home: Path, times: int) -> None:
    """Have the history in *home* say of *times* further runs what it says of its last one."""
    history = home / FILE
    last = json.loads(history.read_text(encoding="utf-8").splitlines()[-1])
    with history.open("a", encoding="utf-8") as file:
        for number in range(times):
            file.write(json.dumps({**last, "run": f"{last['run']}-{number}"}) + "\n")
