"""The terms on which a run is judged: the register, the policy, and all scenarios that there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from support.gate.selection.policy import PATH, Policy, load_policy, refuse_unknown_defects
from support.gate.selection.register import Register
from support.gate.selection.request import every_scenario


@dataclass(frozen=True, slots=True)
class Terms:
    """*known* has the requirements of every scenario in features/, by its id; None where nobody has looked.

    *today* decides which known defects have expired.
    """

    register: Register
    policy: Policy = field(default_factory=Policy)
    known: Mapping[str, Sequence[str]] | None = None
    today: date = date.min


def read_terms(base: Path, register: Register) -> Terms:
    """*base* holds features/. Raises `UsageError` for a policy that makes no sense."""
    policy = load_policy(base / PATH)
    known = {scenario.id: scenario.requirements for scenario in every_scenario()}
    refuse_unknown_defects(policy, (*register, *known))
    return Terms(register, policy, known, datetime.now(UTC).date())
