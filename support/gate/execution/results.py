"""The folder of a run: claimed, so that two runs at once do not mix, and cleared of what the last run left."""

import fcntl
import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from support.core.errors import UsageError

REPEATS = "repeats"  # in it a folder for each repeat
LEFT_BY_A_RUN = (
    "verdict.json",
    "summary.md",
    "report.html",
    "trends.html",
    "journal.jsonl",
    "allure-results",
    "junit",
    "logs",
    REPEATS,
)
RUNS_KEPT = 3
RUN = "HOLDFAST_RUN"  # set by the gate for its behave: the run's id, and the word that the folder is claimed already


@dataclass(frozen=True, slots=True)
class Claim:
    """*folder* is ours until *lock* is closed. *home* is the folder that was asked for; the history lies there."""

    home: Path
    folder: Path
    run: str
    lock: IO[str]


def claim(home: Path) -> Claim:
    """Take *home*, or a folder of our own in it while another run holds it. Raises `UsageError` if it cannot be written."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        folder, lock = home, _locked(home)
        if lock is None:
            _sweep(home)
            folder = home / f"run-{os.getpid()}"
            folder.mkdir(exist_ok=True)
            lock = _locked(folder)
        if lock is None:
            raise UsageError(f"{folder} is held by another run; say -D results=<another folder>")
        for name in LEFT_BY_A_RUN:
            _remove(folder / name)
    except OSError as trouble:
        raise UsageError(
            f"the results cannot be written to {home} ({trouble.strerror}); say -D results=<folder>"
        ) from None
    return Claim(home, folder, uuid.uuid4().hex[:12], lock)


def _locked(folder: Path) -> IO[str] | None:
    lock = (folder / ".lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _sweep(home: Path) -> None:
    """Remove the folders of runs that met another one and have ended, but for the newest few."""
    for folder in sorted(home.glob("run-*"), key=lambda one: one.stat().st_mtime)[:-RUNS_KEPT]:
        if lock := _locked(folder):
            with lock:
                shutil.rmtree(folder)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
