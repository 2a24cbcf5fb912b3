"""The policy of the gate: what has to pass, how much may be left open, and which defects are known."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

import msgspec

from support.core.errors import UsageError
from support.gate.selection.register import SEVERITIES
from support.gate.selection.validation import NotNegative, Text, converted, read_yaml

PATH = Path("features") / "policy.yml"


class NoGoReason(StrEnum):
    """What makes a verdict no-go, in addition to a broken promise, if the policy says so."""

    MISSED_BUDGET = "missed budget"
    NEW_RED = "new red"
    LOST_COVERAGE = "lost coverage"
    SLOWER_RECOVERY = "slower recovery"


class KnownDefect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A defect that does not stop a release until the end of the day *until*; *id* is a requirement or a scenario."""

    id: Text
    owner: Text
    reason: Text
    until: date

    def holds(self, today: date) -> bool:
        return today <= self.until

    def __str__(self) -> str:
        return f"known defect, {self.owner} until {self.until}: {self.reason}"

    def as_json(self) -> dict[str, Any]:
        return {**msgspec.structs.asdict(self), "until": str(self.until)}


class Policy(msgspec.Struct, frozen=True):
    """At most *not_applicable* scenarios may be N/A, *because* of something; None: any number of them.

    *may_lack_proof* has requirements of which no scenario may apply here, each with the reason; they are told as a remark.
    A recovery is slower if it takes *slower_times* as long as before and *slower_by_s* seconds longer, both.
    """

    must_pass: frozenset[str] = frozenset(SEVERITIES)
    not_applicable: int | None = None
    because: str = ""
    may_lack_proof: Mapping[str, str] = {}
    no_go: frozenset[NoGoReason] = frozenset({NoGoReason.MISSED_BUDGET, NoGoReason.NEW_RED, NoGoReason.LOST_COVERAGE})
    slower_times: float = 1.5
    slower_by_s: float = 1.0
    known_defects: tuple[KnownDefect, ...] = ()

    def is_slower(self, now: float, before: float) -> bool:
        return now > before * self.slower_times and now > before + self.slower_by_s


class _NotApplicable(msgspec.Struct, forbid_unknown_fields=True):
    at_most: NotNegative
    because: Text
    requirements: dict[str, Text] = {}


class _SlowerRecovery(msgspec.Struct, forbid_unknown_fields=True):
    times: NotNegative
    and_s: NotNegative


class _PolicyFile(msgspec.Struct, forbid_unknown_fields=True):
    must_pass: frozenset[Literal["blocker", "critical", "normal", "minor"]]
    not_applicable: _NotApplicable
    no_go: frozenset[NoGoReason]
    slower_recovery: _SlowerRecovery
    known_defects: tuple[KnownDefect, ...]


REMEDY = (
    f"a policy has must_pass (some of {', '.join(SEVERITIES)}), not_applicable {{at_most, because}}, "
    f"no_go (some of {', '.join(NoGoReason)}), slower_recovery {{times, and_s}}, and known_defects ([], or a list of "
    "{id, owner, reason, until}, until being a day such as 2027-01-31)"
)


def load_policy(path: Path) -> Policy:
    """Read the policy; without a file everything must pass. Raises `UsageError`, one sentence, for anything malformed."""
    if not path.exists():
        return Policy()
    file = converted(read_yaml(path, "policy"), _PolicyFile, f"the policy {path}", REMEDY)
    return Policy(
        must_pass=frozenset(file.must_pass),
        not_applicable=int(file.not_applicable.at_most),
        because=file.not_applicable.because,
        may_lack_proof=file.not_applicable.requirements,
        no_go=file.no_go,
        slower_times=file.slower_recovery.times,
        slower_by_s=file.slower_recovery.and_s,
        known_defects=file.known_defects,
    )


def refuse_unknown_defects(policy: Policy, known: Iterable[str]) -> None:
    """Raises `UsageError` for an entry whose id is not in *known*: it would excuse nothing, unnoticed."""
    known = set(known)
    for name in policy.may_lack_proof:
        if name not in known:
            raise UsageError(f"{PATH} lets {name} lack proof, which is no requirement; correct the id or delete it")
    for defect in policy.known_defects:
        if defect.id not in known:
            raise UsageError(
                f"{PATH} has a known defect of {defect.id}, which is neither a requirement nor a scenario; "
                "correct the id or delete it"
            )
