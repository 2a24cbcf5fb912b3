"""The results folder of a run: locked, so that concurrent runs do not mix, and cleared of the results of the last run."""

import fcntl
import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from support.core.errors import UsageError

REPEATS = "repeats"  # it has a folder for each repeat
RESULTS_OF_A_RUN = (
    "verdict.json",
    "summary.md",
    "report.html",
    "evidence.html",
    "trends.html",
    "journal.jsonl",
    "allure-results",
    "junit",
    "logs",
    REPEATS,
)
RUNS_KEPT = 3
RUN = "HOLDFAST_RUN"  # environment of behave under the gate: the run's id; the folder is locked already


@dataclass(frozen=True, slots=True)
class Claim:
    """*folder* is locked until *lock* is closed. *home* is the folder that was requested; it holds the history."""

    home: Path
    folder: Path
    run: str
    lock: IO[str]


def claim(home: Path) -> Claim:
    """Lock *home*, or a new folder in it while another run holds it. Raises `UsageError` if it cannot be written."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        folder, lock = home, _locked(home)
        if lock is None:
            _remove_old_folders(home)
            folder = home / f"run-{os.getpid()}"
            folder.mkdir(exist_ok=True)
            lock = _locked(folder)
        if lock is None:
            raise UsageError(f"{folder} is held by another run; say -D results=<another folder>")
        for name in RESULTS_OF_A_RUN:
            _remove(folder / name)
    except OSError as error:
        raise UsageError(
            f"the results cannot be written to {home} ({error.strerror}); say -D results=<folder>"
        ) from None
    return Claim(home, folder, uuid.uuid4().hex[:12], lock)


def demand_free(home: Path) -> None:
    """Raises `UsageError` while another run holds *home*."""
    home.mkdir(parents=True, exist_ok=True)
    lock = _locked(home)
    if lock is None:
        raise UsageError(f"another run holds {home}; wait for its end")
    lock.close()


def write_whole(path: Path, text: str) -> None:
    """Write *path* whole or not at all; in the second case an earlier one is left, and an `OSError` is raised."""
    draft = path.with_name(f".{path.name}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def _locked(folder: Path) -> IO[str] | None:
    lock = (folder / ".lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _remove_old_folders(home: Path) -> None:
    """Remove the folders of concurrent runs that have ended, except the newest few."""
    for folder in sorted(home.glob("run-*"), key=lambda one: one.stat().st_mtime)[:-RUNS_KEPT]:
        if lock := _locked(folder):
            with lock:
                shutil.rmtree(folder)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
