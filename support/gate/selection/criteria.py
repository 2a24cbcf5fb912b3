"""The criteria by which a run is judged: the register, the policy, and all scenarios of the suite."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from support.gate.selection.policy import PATH, Policy, load_policy, refuse_unknown_defects
from support.gate.selection.register import Register
from support.gate.selection.request import all_scenarios
from support.gate.selection.scope import Scope


@dataclass(frozen=True, slots=True)
class Criteria:
    """*known* has the requirements of every scenario within *scope*, by its id; None if unknown.

    *today* decides which known defects have expired.
    """

    register: Register
    policy: Policy = field(default_factory=Policy)
    known: Mapping[str, Sequence[str]] | None = None
    today: date = date.min
    scope: Scope = field(default_factory=Scope)


def read_criteria(base: Path, register: Register, scope: Scope) -> Criteria:
    """Those of *register*, of the policy and of the scenarios that are within *scope*.

    *base* holds features/. Raises `UsageError` for an invalid policy.
    """
    policy, scenarios = load_policy(base / PATH), all_scenarios()
    refuse_unknown_defects(policy, (*register, *(scenario.id for scenario in scenarios)))
    return Criteria(
        {name: one for name, one in register.items() if scope.holds({one.area})},
        policy,
        {scenario.id: scenario.requirements for scenario in scenarios if scope.holds(scenario.tags)},
        datetime.now(UTC).date(),
        scope,
    )
