"""When the suite itself was last checked: the record that `./check` leaves, and what a verdict says of it."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import msgspec

from support.gate.verdict.findings import Row

RECORD = Path("results") / "suite.json"
RESULTS = Path("results") / "harness"
REMEDY = "./check proves it"


class SuiteState(StrEnum):
    """Whether the suite that gives a verdict has shown that it can be trusted."""

    PROVEN = "proven"
    FAILED = "failed"
    OTHER_COMMIT = "other commit"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class SuiteCheck:
    """One run of `./check`: *at* in unix seconds; *commit* as in the history, with a digest of changes that are not committed.

    *verdict* and *because* are those on the suite's own features, *failed* are the other steps that failed, such as "lint".
    """

    at: float
    commit: str
    verdict: str
    because: str
    failed: tuple[str, ...] = ()

    @property
    def proven(self) -> bool:
        return self.verdict == "go" and not self.failed


@contextmanager
def recorded(failed: Sequence[str], commit: str) -> Iterator[Path]:
    """Records how the check in the block ends, whose results go to the folder given; *failed* are the other steps that failed."""
    began = time.time()
    verdict = RESULTS / "verdict.json"
    verdict.unlink(missing_ok=True)
    because = "it ended without a verdict"
    try:
        yield RESULTS
    except BaseException as error:
        because = " ".join(str(error).split()) or type(error).__name__
        raise
    finally:
        found = _Verdict("broken", because)
        with suppress(OSError, msgspec.DecodeError):
            found = msgspec.json.decode(verdict.read_bytes(), type=_Verdict)
        check = SuiteCheck(began, commit, found.verdict, found.because, tuple(failed))
        RECORD.parent.mkdir(parents=True, exist_ok=True)
        RECORD.write_bytes(msgspec.json.encode(check) + b"\n")


class _Verdict(msgspec.Struct):
    verdict: str
    because: str


def last_check(path: Path) -> SuiteCheck | None:
    """None if there is no record that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=SuiteCheck)
    except (OSError, msgspec.DecodeError):
        return None


def as_json(check: SuiteCheck | None, commit: str) -> Row:
    """What `verdict.json` says of *check*, the last one, where the suite is now at *commit*."""
    if check is None:
        return {"state": SuiteState.NEVER.value, "sentence": f"not proven on this checkout; {REMEDY}"}
    state = _state(check, commit)
    return {
        "state": state.value,
        "sentence": _sentence(check, state, commit),
        **asdict(check),
        "failed": [*check.failed],
    }


def _state(check: SuiteCheck, commit: str) -> SuiteState:
    if not commit or check.commit != commit:
        return SuiteState.OTHER_COMMIT
    return SuiteState.PROVEN if check.proven else SuiteState.FAILED


def _sentence(check: SuiteCheck, state: SuiteState, commit: str) -> str:
    day = f"{datetime.fromtimestamp(check.at, UTC):%Y-%m-%d %H:%M} UTC"
    result = f"{check.verdict}, {check.because}"
    if check.failed:
        result += f"; {' and '.join(check.failed)} failed"
    match state:
        case SuiteState.PROVEN:
            return f"proven by ./check on {day} for this commit ({commit}): {result}"
        case SuiteState.FAILED:
            return f"not proven: ./check failed on {day} for this commit ({commit}): {result}"
        case _:
            here = f"this commit ({commit})" if commit else "an unknown commit"
            there = check.commit or "an unknown commit"
            return f"not proven for {here}; {REMEDY}. It was last checked on {day} for {there}: {result}"
