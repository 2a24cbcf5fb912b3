"""Puts faults in force, proves that they are felt and that they were met, and lifts every one of them."""

import itertools
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import NoReturn, Protocol, Self

from support.core.errors import BrokenHarnessError, InconclusiveError
from support.core.eventually import eventually
from support.core.target import Target
from support.faults.dependency import Dependency, Look
from support.faults.injectors.base import Injector
from support.faults.model import Fault
from support.probes.reading import Reading, Symptom

PROPAGATION = timedelta(seconds=1)
HEALING = timedelta(seconds=10)  # a server that was killed has to come up again
PATIENT_S = 1.0  # a healthy target gets longer to answer than a silent one takes to be believed


class Log(Protocol):
    """Where the desk writes before and after each act; see `support.core.journal`."""

    def write(self, event: str, **fields: object) -> None: ...


@dataclass(slots=True)
class Window:
    """One fault in force. Times are seconds of the monotonic clock; *met* is None where the use of a target cannot be counted."""

    number: str
    target: Target
    fault: Fault
    began: float
    used_before: int | None
    ended: float | None = None


class FaultDesk:
    """Owns every fault of one scenario; leaving the `with` block lifts them, newest first.

    A fault that is not felt, that the system never met, or whose healing is not seen makes the scenario inconclusive.
    """

    _numbers = itertools.count(1)

    def __init__(self, scenario: str, dependencies: Mapping[Target, Dependency], log: Log) -> None:
        self._scenario = scenario
        self._dependencies = dependencies
        self._log = log
        self._recoveries = ExitStack()
        self._doubts: list[str] = []
        self.windows: list[Window] = []
        self.spent_s = 0.0  # our own share of the scenario's time

    def inject(self, target: Target, fault: Fault) -> None:
        """Bring *fault* about and return once it is felt; raises `InconclusiveError` if it is not, in 1 s."""
        began = time.monotonic()
        number = f"{self._scenario}#{next(self._numbers)}"
        injector = self._injector(target, fault)
        inject = injector.inject  # where nobody can bring it about, this is where it ends: nothing was planned
        healthy = self._look(target)(fault, PATIENT_S)
        if not _is_well(healthy, fault):
            self._doubt(number, "healthy", f"the {target} {healthy} before the fault")
        self._log.write(
            "fault-planned",
            fault=number,
            scenario=self._scenario,
            kind=type(fault).__name__,
            target=target.name,
            detail=str(fault),
        )
        window = Window(number, target, fault, began, None)
        self._recoveries.callback(self._end, window)  # registered first, so that a half-injected fault is lifted too
        inject(target, fault)
        felt = self._await(target, fault, number, "felt", PROPAGATION, lambda: self._felt(target, fault))
        window.began = time.monotonic()
        window.used_before = injector.use(target, fault)
        self.windows.append(window)
        self._log.write(
            "fault-felt", fault=number, after_s=window.began - began, healthy=str(healthy), reading=str(felt)
        )
        self.spent_s += time.monotonic() - began

    def is_met(self, target: Target) -> bool:
        """Whether the system has turned to *target* in each of the faults on it, as far as that can be counted."""
        return all(self._is_met(window) for window in self.windows if window.target is target and window.ended is None)

    def recover(self, target: Target) -> None:
        """Lift every fault on *target*, newest first, and return once it is seen to be well again."""
        for window in reversed(self.windows):
            if window.target is target:
                self._end(window)
        self.raise_doubts()

    def recover_all(self) -> None:
        self._recoveries.close()
        self.raise_doubts()

    def raise_doubts(self) -> None:
        if self._doubts:
            doubts, self._doubts = self._doubts, []
            raise InconclusiveError("; ".join(doubts))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.recover_all()

    def _look(self, target: Target) -> Look:
        return self._dependency(target).look

    def _injector(self, target: Target, fault: Fault) -> Injector:
        injectors = self._dependency(target).injectors
        if fault.mechanism not in injectors:
            raise BrokenHarnessError(f"nothing here can make that the {target} {fault}")
        return injectors[fault.mechanism]

    def _dependency(self, target: Target) -> Dependency:
        if target not in self._dependencies:
            raise BrokenHarnessError(f"the {target} is no dependency of what is judged here")
        return self._dependencies[target]

    def _end(self, window: Window) -> None:
        if window.ended is not None:
            return
        window.ended = began = time.monotonic()
        target, fault, injector = window.target, window.fault, self._injector(window.target, window.fault)
        try:
            self._check_met(window)
        finally:
            self._recover(window, injector)
        try:
            healed = self._await(target, fault, window.number, "healed", HEALING, lambda: self._well(target, fault))
        except InconclusiveError as doubt:
            raise BrokenHarnessError(f"the fault could not be lifted: {doubt}") from doubt
        self._log.write("fault-healed", fault=window.number, after_s=time.monotonic() - began, reading=str(healed))
        self.spent_s += time.monotonic() - began

    def _recover(self, window: Window, injector: Injector) -> None:
        """Raises `AssertionError` where we have done our part, and the product does not come back: that is no doubt of ours."""
        began = time.monotonic()
        try:
            injector.recover(window.target, window.fault)
        except AssertionError as gone:
            self._log.write("fault-lifted", fault=window.number)
            self._log.write("fault-healed", fault=window.number, after_s=time.monotonic() - began, reading=str(gone))
            raise
        self._log.write("fault-lifted", fault=window.number)

    def _is_met(self, window: Window) -> bool:
        used = self._injector(window.target, window.fault).use(window.target, window.fault)
        return window.used_before is None or used != window.used_before

    def _check_met(self, window: Window) -> None:
        if self._is_met(window):
            return
        words = f"the system never turned to the {window.target} while it was said that it {window.fault}"
        self._log.write("fault-doubt", fault=window.number, phase="met", reason=words)
        self._doubts.append(words)

    def _felt(self, target: Target, fault: Fault) -> Reading:
        for _ in range(fault.dials):
            seen = self._look(target)(fault, fault.patience_s())
            if fault.felt(seen):
                return seen
        raise AssertionError(f"it {seen}")

    def _well(self, target: Target, fault: Fault) -> Reading:
        for _ in range(fault.dials):
            seen = self._look(target)(fault, PATIENT_S)
            assert _is_well(seen, fault), f"it {seen}"
        return seen

    def _await(
        self, target: Target, fault: Fault, number: str, phase: str, within: timedelta, check: Callable[[], Reading]
    ) -> Reading:
        try:
            return eventually(check, within=within)
        except AssertionError as doubt:
            no_longer = "" if phase == "felt" else "no longer "
            self._doubt(number, phase, f"no receipt that the {target} {no_longer}{fault}: {doubt}")

    def _doubt(self, number: str, phase: str, reason: str) -> NoReturn:
        self._log.write("fault-doubt", fault=number, phase=phase, reason=reason)
        raise InconclusiveError(reason)


def _is_well(seen: Reading, fault: Fault) -> bool:
    return (
        seen.symptom is Symptom.ANSWERS
        and not fault.felt(seen)
        and not seen.said.startswith(("HTTP 4", "HTTP 5", "unfit"))
    )
