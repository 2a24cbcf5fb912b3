"""`./accept doctor`: what a candidate has of its contract, told clause by clause, before it is judged under faults."""

import shlex
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from typing import NoReturn

from support.core.errors import UsageError
from support.core.secrets import mask_files, masked
from support.core.settings import Settings, read_settings
from support.environments.cleanup import clear
from support.gate.output.terminal import Paint
from support.gate.verdict.outcome import Outcome
from support.systems.protocol import Finding, State, System

COLOURS: dict[State, Outcome] = {
    "there": Outcome.PASSED,
    "missing": Outcome.INCONCLUSIVE,
    "lacking": Outcome.NOT_APPLICABLE,
    "wrong": Outcome.FAILED,
    "not looked at": Outcome.NOT_APPLICABLE,
}
LOGS = "doctor"


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; say ./accept doctor -D <system>.command=...")


def doctor(words: Sequence[str], systems: Sequence[System]) -> int:
    """Returns 0 when everything is there but what the settings declare as lacking, else 1."""
    able = [system for system in systems if system.doctor]
    parser = _Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("-D", "--define", action="append", default=[])
    given = parser.parse_args(list(words)).define
    settings = read_settings(
        dict(define.partition("=")[::2] for define in given), {system.name: system.settings for system in systems}
    )
    clear()
    return max(_examine(system, settings, given) for system in able)


def _examine(system: System, settings: Settings, given: Sequence[str]) -> int:
    assert system.doctor is not None
    paint, began, found = Paint(sys.stdout), time.monotonic(), []
    logs = settings.results / LOGS
    logs.mkdir(parents=True, exist_ok=True)
    for old in logs.glob("*.log"):
        old.unlink()
    own = settings.of(system.settings)
    print(masked(f"{system.name}: {own.judged or 'the reference'}"), flush=True)
    try:
        for finding in system.doctor(settings, logs):
            found.append(finding)
            state = paint.outcome(COLOURS[finding.state], f"{finding.state:<13}")
            said = masked(f"\n{'':17}{finding.said}") if finding.said else ""
            print(f"  {state}  {finding.subject}{said}", flush=True)
    finally:
        mask_files(logs)
    counts = Counter(finding.state for finding in found)
    told = ", ".join(f"{counts[state]} {state}" for state in COLOURS if counts[state])
    print(f"\n{told}, in {time.monotonic() - began:.1f} s; the logs are in {logs}")
    print(masked(_advice(system.name, found, given)))
    return 1 if counts["missing"] or counts["wrong"] else 0


def _advice(system: str, found: Sequence[Finding], given: Sequence[str]) -> str:
    """The next command."""
    absent = sorted({finding.capability for finding in found if finding.state in ("missing", "lacking")})
    if any(finding.state == "wrong" for finding in found):
        return "mend what is wrong, and look again"
    rest = [one for one in given if not one.partition("=")[0].endswith("lacks")]
    defines = [*rest, *([f"{system}.lacks={','.join(absent)}"] if absent else [])]
    command = shlex.join(["./accept", f"features/{system}", *(word for define in defines for word in ("-D", define))])
    return f"judge it under faults: {command}"
