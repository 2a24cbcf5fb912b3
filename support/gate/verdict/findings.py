"""What the verdict says of one scenario, of one requirement, and of one run."""

from dataclasses import asdict, dataclass, field
from typing import Any

from support.gate.verdict.outcome import Outcome

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ScenarioVerdict:
    """*losses* are its loss ledgers; *known_defect* says who knows of its failure, and until when that excuses it.

    *repeats* are the outcomes of a scenario that was repeated, and how often it came to each of them.
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

    @property
    def failed(self) -> bool:
        """Whether a promise was broken, every time or now and then, of which nobody knew."""
        return self.outcome in {Outcome.FAILED, Outcome.FLAKY} and self.known_defect is None


@dataclass(frozen=True, slots=True)
class RequirementVerdict:
    """One line of the ledger: requirement -> scenarios -> faults proven -> figures against budgets -> verdict.

    *outcome* is that of a scenario, or UNCOVERED (no scenario asks for it), NOT ASKED (none of its scenarios was selected) or
    PLANNED (nothing is built for it yet). *faults* are those with a receipt, each with the number of times. *budgets*
    holds the worst of each figure against its bound; `worst` is None where it was not measured.
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
    """*because* is the verdict's reason in one sentence; *reason* says why this backend. Times in seconds, *started* in UTC.

    *asked* counts requirements: those asked `of` those built, and those `planned`; `whole` if no scenario was left out.
    *remarks* are sentences on what the policy lets pass or wants tidied up. *recoveries* and *losses* sum up the scenarios.
    *against* is what has changed since an earlier run, None if nobody asked. *warnings* come from the history of runs, and
    change nothing.
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
    warnings: list[str] = field(default_factory=list)
    repeats: int = 1
    workers: int = 1

    def as_json(self) -> Row:
        return asdict(self)
