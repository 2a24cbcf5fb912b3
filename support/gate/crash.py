"""What a run leaves when the gate itself fails: one sentence, and a verdict BROKEN. Needs nothing but Python's own library."""

import errno
import json
import os
import sys
import time
import traceback
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from support.core.errors import HoldfastError
from support.core.printable import printable
from support.core.secrets import masked
from support.gate.execution.results import claim, write_whole

BROKEN = 3
JUDGING = ("run", "merge", "check")  # commands that give a verdict
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
UNTOLD = "the gate itself failed, which says nothing about the product"

_left: list[Path] = []  # folders in which this process has left a verdict BROKEN


def report(error: BaseException, arguments: Sequence[str]) -> int:
    """Tell of *error* on stderr, and leave a verdict where there is none yet. Returns the exit status."""
    because = masked(sentence(error))
    if because.startswith(UNTOLD):
        sys.stderr.write(masked("".join(traceback.format_exception(error))))
    sys.stderr.write(f"{because}\n")
    if (
        arguments
        and arguments[0] in JUDGING
        and not _left
        and not {"--requirements", "--heal", "--prove"} & {*arguments}
    ):
        try:
            claimed = claim(_results(arguments))
            with claimed.lock:
                leave_verdict(claimed.folder, because)
        except (OSError, HoldfastError) as why:
            sys.stderr.write(f"no verdict.json was written: {' '.join(str(why).split())}\n")
    return BROKEN


def sentence(error: BaseException) -> str:
    """Why the gate failed; a failure that nobody has foreseen is told as such."""
    words = printable(" ".join(str(error).split()))
    if isinstance(error, HoldfastError):
        return words
    if isinstance(error, KeyboardInterrupt):
        return "the run was stopped before it had a verdict"
    if isinstance(error, OSError) and error.errno in FULL:
        return f"the results cannot be written ({error.strerror}); free some space there, or say -D results=<another folder>"
    return f"{UNTOLD}: {type(error).__name__}: {words}"


def leave_verdict(folder: Path, because: str) -> None:
    """Write `verdict.json` and `summary.md` into *folder*, in place of any that are there."""
    _left.append(folder)
    verdict = {
        "verdict": "broken",
        "exit_code": BROKEN,
        "because": because,
        "troubles": [because],
        "run": "",
        "backend": "",
        "candidate": "",
        "workers": 1,
        "repeats": 1,
        "reason": "",
        "seed": 0,
        "started": time.time(),
        "duration_s": 0.0,
        "counts": {},
        "asked": {"requirements": 0, "of": 0, "planned": 0, "whole": False},
        **{
            name: [] for name in ("remarks", "scenarios", "requirements", "recoveries", "losses", "figures", "warnings")
        },
        "against": None,
        "suite": None,
    }
    for name in ("verdict.json", "summary.md"):
        (folder / name).unlink(missing_ok=True)  # whatever happens now, no earlier verdict is left
    write_whole(folder / "verdict.json", json.dumps(verdict, indent=2) + "\n")
    write_whole(folder / "summary.md", f"## BROKEN: {because}\n")


def _results(arguments: Sequence[str]) -> Path:
    """The folder of results that *arguments* or the environment name, read without the parsers that may have failed."""
    if arguments[0] == "check":
        return Path("results") / "harness"
    defined = [after if word == "-D" else word.removeprefix("-D") for word, after in pairwise([*arguments, ""])]
    named = [one.partition("=")[2] for one in defined if one.startswith("results=")]
    return Path(named[-1] if named else os.environ.get("HOLDFAST_RESULTS", "results"))
