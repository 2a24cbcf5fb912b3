"""The policy of the gate: what has to pass, how much may be left open, and which defects are known."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from support.core.errors import UsageError
from support.gate.selection.register import SEVERITIES

PATH = Path("features") / "policy.yml"


class Ground(StrEnum):
    """What makes a verdict no-go, beside a broken promise, if the policy says so."""

    MISSED_BUDGET = "missed budget"
    NEW_RED = "new red"
    LOST_COVERAGE = "lost coverage"
    SLOWER_RECOVERY = "slower recovery"


@dataclass(frozen=True, slots=True)
class KnownDefect:
    """A defect that does not stop a release until the end of the day *until*; *id* is a requirement or a scenario."""

    id: str
    owner: str
    reason: str
    until: date

    def holds(self, today: date) -> bool:
        return today <= self.until

    def __str__(self) -> str:
        return f"known defect, {self.owner} until {self.until}: {self.reason}"

    def as_json(self) -> dict[str, str]:
        return {**asdict(self), "until": str(self.until)}


@dataclass(frozen=True, slots=True)
class Policy:
    """*not_applicable* scenarios are allowed, *because* of something; None: any number of them.

    A recovery is slower if it takes *slower_times* as long as before and *slower_by_s* seconds longer, both.
    """

    must_pass: frozenset[str] = frozenset(SEVERITIES)
    not_applicable: int | None = None
    because: str = ""
    no_go: frozenset[Ground] = frozenset({Ground.MISSED_BUDGET, Ground.NEW_RED, Ground.LOST_COVERAGE})
    slower_times: float = 1.5
    slower_by_s: float = 1.0
    known_defects: tuple[KnownDefect, ...] = ()

    def is_slower(self, now: float, before: float) -> bool:
        return now > before * self.slower_times and now > before + self.slower_by_s


def load_policy(path: Path) -> Policy:
    """Read the policy; without a file everything must pass. Raises `UsageError`, one sentence, for anything malformed."""
    if not path.exists():
        return Policy()
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as trouble:
        raise UsageError(f"the policy {path} cannot be read: {' '.join(str(trouble).split())}") from None
    try:
        return _policy(told)
    except _MalformedError as trouble:
        raise UsageError(f"the policy {path} is malformed: {trouble}") from None


def refuse_strangers(policy: Policy, known: Iterable[str]) -> None:
    """Raises `UsageError` for a known defect of something that does not exist: it would excuse nobody, and nobody would see."""
    known = set(known)
    for defect in policy.known_defects:
        if defect.id not in known:
            raise UsageError(
                f"{PATH} knows a defect of {defect.id}, which is neither a requirement nor a scenario; mend the id or strike it"
            )


class _MalformedError(Exception):
    pass


def _policy(told: Any) -> Policy:
    parts = _parts("it", told, {"must_pass", "not_applicable", "no_go", "slower_recovery", "known_defects"})
    allowed = _parts("not_applicable", parts["not_applicable"], {"at_most", "because"})
    slower = _parts("slower_recovery", parts["slower_recovery"], {"times", "and_s"})
    if not isinstance(parts["known_defects"], list):
        raise _MalformedError("known_defects must be a list; it is [] when there are none")
    if not _is_text(allowed["because"]):
        raise _MalformedError("not_applicable needs a reason in because")
    return Policy(
        must_pass=_chosen("must_pass", parts["must_pass"], SEVERITIES),
        not_applicable=int(_number("not_applicable: at_most", allowed["at_most"])),
        because=allowed["because"],
        no_go=frozenset(map(Ground, _chosen("no_go", parts["no_go"], tuple(Ground)))),
        slower_times=_number("slower_recovery: times", slower["times"]),
        slower_by_s=_number("slower_recovery: and_s", slower["and_s"]),
        known_defects=tuple(map(_defect, parts["known_defects"])),
    )


def _defect(told: Any) -> KnownDefect:
    parts = _parts("each known defect", told, {"id", "owner", "reason", "until"})
    if not all(_is_text(parts[name]) for name in ("id", "owner", "reason")):
        raise _MalformedError("a known defect needs an id, an owner and a reason, each in words")
    if type(parts["until"]) is not date:
        raise _MalformedError(f"the known defect {parts['id']} needs a day such as 2027-01-31 in until")
    return KnownDefect(**parts)


def _parts(what: str, told: Any, names: set[str]) -> Mapping[str, Any]:
    if not isinstance(told, dict) or set(told) != names:
        raise _MalformedError(f"{what} must have {', '.join(sorted(names))}, and nothing else")
    return told


def _chosen(what: str, told: Any, choices: tuple[str, ...]) -> frozenset[str]:
    if not isinstance(told, list) or not set(map(str, told)) <= set(choices):
        raise _MalformedError(f"{what} is a list of some of {', '.join(choices)}")
    return frozenset(told)


def _number(what: str, told: Any) -> float:
    if isinstance(told, bool) or not isinstance(told, int | float) or told < 0:
        raise _MalformedError(f"{what} must be a number, zero or more")
    return told


def _is_text(told: Any) -> bool:
    return isinstance(told, str) and bool(told.strip())
