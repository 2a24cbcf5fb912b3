"""The criteria by which a run is judged: the register, the policy, and all scenarios of the suite."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from support.gate.selection.policy import PATH, Policy, load_policy, refuse_unknown_defects
from support.gate.selection.register import Register
from support.gate.selection.request import all_scenarios


@dataclass(frozen=True, slots=True)
class Criteria:
    """*known* has the requirements of every scenario in features/, by its id; None if unknown.

    *today* decides which known defects have expired.
    """

    register: Register
    policy: Policy = field(default_factory=Policy)
    known: Mapping[str, Sequence[str]] | None = None
    today: date = date.min


def read_criteria(base: Path, register: Register) -> Criteria:
    """*base* holds features/. Raises `UsageError` for an invalid policy."""
    policy = load_policy(base / PATH)
    known = {scenario.id: scenario.requirements for scenario in all_scenarios()}
    refuse_unknown_defects(policy, (*register, *known))
    return Criteria(register, policy, known, datetime.now(UTC).date())
