"""Injects faults by scripting the provider stand-in."""

from datetime import timedelta

from support.core.errors import BrokenHarnessError
from support.core.target import Target
from support.faults.model import ErrorAnswers, FailsFirst, Fault, RateLimited
from support.systems.catalog.data.bundles import STANDARD
from support.systems.catalog.faults import GroupErrorAnswers, Malformed, Nonsense, SomeCorrupt
from support.systems.catalog.observers.provider_record import ProviderRecord
from support.systems.catalog.standins.provider.control import ProviderControl
from support.systems.catalog.standins.provider.script import (
    Answer,
    Drop,
    InvalidJson,
    MissingFields,
    NotTheEnvelope,
    Rule,
    SomeBundlesCorrupt,
    Status,
    TruncatedBody,
    WrongTypes,
)

UNUSABLE_ANSWERS: dict[Nonsense, Answer] = {
    Nonsense.INVALID_JSON: InvalidJson(),
    Nonsense.TRUNCATED: TruncatedBody(),
    Nonsense.WRONG_TYPES: WrongTypes(),
    Nonsense.MISSING_FIELDS: MissingFields(),
    Nonsense.OTHER_SHAPE: NotTheEnvelope(),
}


class ProviderInjector:
    def __init__(self, control: ProviderControl, record: ProviderRecord) -> None:
        self._control = control
        self._record = record
        self._active: list[Fault] = []

    def inject(self, _target: Target, fault: Fault) -> None:
        self._active.append(fault)
        self._update_script()

    def recover(self, _target: Target, fault: Fault) -> None:
        self._active.remove(fault)
        self._update_script()

    def use(self, _target: Target, _fault: Fault) -> int:
        return len(self._record.requests())

    def _update_script(self) -> None:
        self._control.script([_rule(fault) for fault in self._active])


def _rule(fault: Fault) -> Rule:
    match fault:
        case ErrorAnswers(status):
            return Rule(answer=Status(status=status))  # type: ignore[arg-type] # the stand-in refuses others
        case GroupErrorAnswers(status, group):
            return Rule(answer=Status(status=status), group=group)  # type: ignore[arg-type] # the stand-in refuses others
        case RateLimited(wait, as_date):
            return Rule(answer=_rate_limited(wait, as_date=as_date))
        case FailsFirst(times):
            return Rule(answer=Drop(), first=times)
        case SomeCorrupt(one_in):
            return Rule(answer=SomeBundlesCorrupt(one_in), group=STANDARD)  # the list of groups stays sound
        case Malformed(kind, group):
            return Rule(answer=UNUSABLE_ANSWERS[kind], group=group)
    raise BrokenHarnessError(f"the stand-in has no script for: it {fault}")


def _rate_limited(wait: timedelta | None, *, as_date: bool) -> Status:
    if wait is None:
        return Status(status=429)
    if as_date:
        return Status(status=429, retry_at=wait.total_seconds())
    return Status(status=429, retry_after=round(wait.total_seconds()))
