"""Injects faults, proves that each one takes effect and is met by the system, and lifts all of them."""

import itertools
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import NoReturn, Protocol, Self

from support.core.errors import BrokenHarnessError, InconclusiveError
from support.core.eventually import patiently
from support.core.processor_time import WATCH
from support.core.target import Target
from support.faults.dependency import Dependency, Probe
from support.faults.injectors.base import Injector
from support.faults.model import Fault
from support.probes.reading import Reading, Symptom

PROPAGATION = timedelta(seconds=1)
HEALING = timedelta(seconds=10)  # a killed server has to start again
LATELY_S = 1.0  # how busy the machine was in this time tells how slow a healthy target may be
HEALTHY_TIMEOUT_S = 1.0  # longer than the time-out after which a target counts as silent


class Log(Protocol):
    """Where the desk records each of its actions; see `support.core.journal`."""

    def write(self, event: str, **fields: object) -> None: ...


@dataclass(slots=True)
class InjectedFault:
    """One fault, from its injection to its end. Times are seconds of the monotonic clock.

    *used_before* is the use of the target when the fault took effect; None if that cannot be counted.
    """

    number: str
    target: Target
    fault: Fault
    began: float
    used_before: int | None
    ended: float | None = None


class FaultDesk:
    """Owns every fault of one scenario. Leaving the `with` block lifts them, newest first.

    A fault needs a complete receipt: the target was healthy, the fault was felt, the system used the target meanwhile, and the
    target is healthy again. Otherwise the scenario is inconclusive; if only the last part is missing, the harness has failed.
    """

    _numbers = itertools.count(1)

    def __init__(self, scenario: str, dependencies: Mapping[Target, Dependency], log: Log) -> None:
        self._scenario = scenario
        self._dependencies = dependencies
        self._log = log
        self._recoveries = ExitStack()
        self._missing_receipts: list[str] = []
        self.injected: list[InjectedFault] = []
        self.overhead_s = 0.0  # time that the desk itself has spent in this scenario

    def inject(self, target: Target, fault: Fault) -> None:
        """Inject *fault* and return as soon as it is felt. Raises `InconclusiveError` if it is not felt within 1 s."""
        began = time.monotonic()
        number = f"{self._scenario}#{next(self._numbers)}"
        injector = self._injector(target, fault)
        inject = injector.inject  # an absent injector raises here, before the fault is recorded as planned
        healthy = self._probe(target)(fault, HEALTHY_TIMEOUT_S)
        if not _is_healthy(healthy, fault):
            self._no_receipt(number, "healthy", f"the {target} was not healthy before the fault: it {healthy}")
        self._log.write(
            "fault-planned",
            fault=number,
            scenario=self._scenario,
            kind=type(fault).__name__,
            target=target.name,
            detail=str(fault),
        )
        injected = InjectedFault(number, target, fault, began, None)
        self._recoveries.callback(
            self._end, injected
        )  # registered first, so that a partly injected fault is lifted too
        inject(target, fault)
        felt = self._await(target, fault, number, "felt", PROPAGATION, lambda: self._felt(target, fault))
        injected.began = time.monotonic()
        injected.used_before = injector.use(target, fault)
        self.injected.append(injected)
        self._log.write(
            "fault-felt", fault=number, after_s=injected.began - began, healthy=str(healthy), reading=str(felt)
        )
        self.overhead_s += time.monotonic() - began

    def is_exercised(self, target: Target) -> bool:
        """Return whether the system has used *target* during each fault that it has now, as far as that can be counted."""
        return all(self._is_exercised(one) for one in self.injected if one.target is target and one.ended is None)

    def recover(self, target: Target) -> None:
        """Lift every fault on *target*, newest first, and return as soon as it is healthy again."""
        for one in reversed(self.injected):
            if one.target is target:
                self._end(one)
        self._raise_missing_receipts()

    def recover_all(self) -> None:
        """Lift every fault, newest first, and return as soon as all targets are healthy again."""
        self._recoveries.close()
        self._raise_missing_receipts()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.recover_all()

    def _raise_missing_receipts(self) -> None:
        if self._missing_receipts:
            missing, self._missing_receipts = self._missing_receipts, []
            raise InconclusiveError("; ".join(missing))

    def _probe(self, target: Target) -> Probe:
        return self._dependency(target).probe

    def _injector(self, target: Target, fault: Fault) -> Injector:
        injectors = self._dependency(target).injectors
        if fault.mechanism not in injectors:
            raise BrokenHarnessError(f"no injector of this system can inject this fault: the {target} {fault}")
        return injectors[fault.mechanism]

    def _dependency(self, target: Target) -> Dependency:
        if target not in self._dependencies:
            raise BrokenHarnessError(f"the {target} is not a dependency of this system")
        return self._dependencies[target]

    def _end(self, injected: InjectedFault) -> None:
        if injected.ended is not None:
            return
        injected.ended = began = time.monotonic()
        target, fault = injected.target, injected.fault
        injector = self._injector(target, fault)
        try:
            self._check_exercised(injected)
        finally:
            self._recover(injected, injector)
        try:
            healed = self._await(
                target, fault, injected.number, "healed", HEALING, lambda: self._healthy(target, fault)
            )
        except InconclusiveError as missing:
            raise BrokenHarnessError(f"the fault could not be lifted: {missing}") from missing
        self._log.write("fault-healed", fault=injected.number, after_s=time.monotonic() - began, reading=str(healed))
        self.overhead_s += time.monotonic() - began

    def _recover(self, injected: InjectedFault, injector: Injector) -> None:
        """Raises `AssertionError` if the product does not come back although the fault is lifted. Its receipt is complete then."""
        began = time.monotonic()
        try:
            injector.recover(injected.target, injected.fault)
        except AssertionError as gone:
            self._log.write("fault-lifted", fault=injected.number)
            self._log.write("fault-healed", fault=injected.number, after_s=time.monotonic() - began, reading=str(gone))
            raise
        self._log.write("fault-lifted", fault=injected.number)

    def _is_exercised(self, injected: InjectedFault) -> bool:
        used = self._injector(injected.target, injected.fault).use(injected.target, injected.fault)
        return injected.used_before is None or used != injected.used_before

    def _check_exercised(self, injected: InjectedFault) -> None:
        if self._is_exercised(injected):
            return
        target = injected.target
        reason = f'the system never used the {target} during the fault "the {target} {injected.fault}"'
        self._log.write("fault-doubt", fault=injected.number, phase="met", reason=reason)
        self._missing_receipts.append(reason)

    def _felt(self, target: Target, fault: Fault) -> Reading:
        slower = WATCH.slowdown_since(time.monotonic() - LATELY_S)
        for _ in range(fault.dials):
            seen = self._probe(target)(fault, fault.patience_s() * slower)
            if fault.felt(seen):
                return seen
        raise AssertionError(f"it {seen}")

    def _healthy(self, target: Target, fault: Fault) -> Reading:
        for _ in range(fault.dials):
            seen = self._probe(target)(fault, HEALTHY_TIMEOUT_S)
            assert _is_healthy(seen, fault), f"it {seen}"
        return seen

    def _await(
        self, target: Target, fault: Fault, number: str, phase: str, within: timedelta, check: Callable[[], Reading]
    ) -> Reading:
        try:
            return patiently(check, within=within)
        except AssertionError as last:
            words = f"the {target} {fault}"
            expected = words if phase == "felt" else f'the {target} is healthy again after the fault "{words}"'
            self._no_receipt(number, phase, f"no receipt that {expected}: {last}")

    def _no_receipt(self, number: str, phase: str, reason: str) -> NoReturn:
        self._log.write("fault-doubt", fault=number, phase=phase, reason=reason)
        raise InconclusiveError(reason)


def _is_healthy(seen: Reading, fault: Fault) -> bool:
    return (
        seen.symptom is Symptom.ANSWERS
        and not fault.felt(seen)
        and not seen.said.startswith(("HTTP 4", "HTTP 5", "unfit"))
    )
