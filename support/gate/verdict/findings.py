"""The verdict on one scenario, on one requirement, and on a run."""

from dataclasses import asdict, dataclass, field
from typing import Any

from support.gate.verdict.outcome import Outcome

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ScenarioVerdict:
    """*losses* are its loss ledgers; *known_defect* is the entry of the policy that excuses its failure.

    *repeats* counts the outcomes of a repeated scenario. *failed_at* is the step that found a broken promise, *missed_times* how
    many times a figure was beyond its bound there, if that is what was wrong.
    """

    id: str
    feature: str
    rule: str | None
    name: str
    requirements: list[str]
    severity: str
    outcome: Outcome
    reason: str
    duration_s: float
    faults: list[Row]
    figures: list[Row]
    losses: list[Row] = field(default_factory=list)
    known_defect: Row | None = None
    repeats: dict[str, int] = field(default_factory=dict)
    failed_at: str | None = None
    missed_times: float | None = None

    @property
    def failed(self) -> bool:
        """Whether it failed, always or in some repeats, without a known defect."""
        return self.outcome in {Outcome.FAILED, Outcome.FLAKY} and self.known_defect is None


@dataclass(frozen=True, slots=True)
class RequirementVerdict:
    """One line of the ledger: requirement -> scenarios -> faults proven -> figures against budgets -> verdict.

    *outcome* is that of a scenario, or UNCOVERED (no scenario proves it), NOT ASKED (none of its scenarios was selected) or
    PLANNED (nothing is built for it yet). *faults* counts those with a receipt. *budgets*
    compares the worst of each figure with its bound; `worst` is None where it was not measured.
    """

    id: str
    title: str
    area: str
    severity: str
    outcome: str
    reason: str
    scenarios: list[str]
    faults: dict[str, int]
    budgets: list[Row]
    figures: list[Row]
    known_defect: bool = False

    @property
    def missed_budgets(self) -> list[Row]:
        return [one for one in self.budgets if one["kept"] is False]


@dataclass(frozen=True, slots=True)
class Verdict:
    """*because* is the reason of the verdict in one sentence; *reason* says why this backend was chosen.

    Times are in seconds, *started* in UTC. *asked* counts requirements: those tested `of` those built, and those `planned`;
    `whole` if every scenario was run. *remarks* are sentences on what the policy excuses and which of its entries are out of date.
    *recoveries* and *losses* sum up the scenarios. *against* is what has changed since an earlier run, None without --against.
    *suite* says when the suite itself was last checked (None for a verdict on the suite).
    *candidate* names the build that was judged, if it is not the checkout's own.
    *warnings* come from the history of runs and do not change the verdict.
    """

    verdict: str
    exit_code: int
    because: str
    run: str
    backend: str
    reason: str
    seed: int
    started: float
    duration_s: float
    counts: dict[str, int]
    asked: Row
    troubles: list[str]
    remarks: list[str]
    scenarios: list[ScenarioVerdict]
    requirements: list[RequirementVerdict]
    recoveries: list[Row]
    losses: list[Row]
    figures: list[Row]
    against: Row | None = None
    suite: Row | None = None
    warnings: list[str] = field(default_factory=list)
    repeats: int = 1
    workers: int = 1
    candidate: str = ""

    def as_json(self) -> Row:
        return asdict(self)
