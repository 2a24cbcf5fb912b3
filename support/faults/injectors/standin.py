"""Makes a stand-in misbehave, by a script with the rules of the faults in force."""

from collections.abc import Sequence
from datetime import timedelta

from support.core.errors import BrokenHarnessError
from support.core.target import Target
from support.faults.model import ErrorAnswers, FailsFirst, Fault, RateLimited
from support.standins.client import StandInControl, StandInRecord
from support.standins.script import AnyRule, Drop, Rule, Status


class StandInInjector:
    """Knows the faults that any service can have; a system's own injector overrides `rule` or `rules` for its own faults."""

    def __init__(self, control: StandInControl, record: StandInRecord) -> None:
        self._control = control
        self._record = record
        self._in_force: list[Fault] = []

    def inject(self, _target: Target, fault: Fault) -> None:
        self._in_force.append(fault)
        self._write_script()

    def recover(self, _target: Target, fault: Fault) -> None:
        self._in_force.remove(fault)
        self._write_script()

    def use(self, _target: Target, _fault: Fault) -> int:
        return len(self._record.requests())

    def rule(self, fault: Fault) -> AnyRule:
        match fault:
            case ErrorAnswers(status):
                return Rule(answer=Status(status))
            case RateLimited(timedelta() as wait, as_date=True):
                return Rule(answer=Status(429, retry_at=wait.total_seconds()))
            case RateLimited(timedelta() as wait):
                return Rule(answer=Status(429, retry_after=round(wait.total_seconds())))
            case RateLimited():
                return Rule(answer=Status(429))
            case FailsFirst(times):
                return Rule(answer=Drop(), first=times)
        raise BrokenHarnessError(f"the stand-in cannot be told that it {fault}")

    def rules(self, fault: Fault) -> Sequence[AnyRule]:
        """Several rules are for a fault that changes after some requests."""
        return [self.rule(fault)]

    def _write_script(self) -> None:
        self._control.script([rule for fault in self._in_force for rule in self.rules(fault)])
