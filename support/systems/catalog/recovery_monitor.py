"""Measures in the background when failed targets are used again."""

import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from support.core.background import Background
from support.core.errors import BrokenHarnessError
from support.core.eventually import patiently
from support.core.target import Target
from support.faults.chaos.schedule import ScheduledFault
from support.measure.recovery import MeasuredTime
from support.measure.recovery_clock import ObservedRecovery, RecoveryStart
from support.systems.catalog.actors.operator import Operator
from support.systems.catalog.actors.shopper import Shopper
from support.systems.catalog.observers.provider_record import ProviderRecord
from support.systems.catalog.targets import BACKUP, DATABASE, PROVIDER, SAVED_COPY

EVERY_S = 0.03
MAX_WAIT = timedelta(seconds=5)
STATUS_PAGE_PARTS = {SAVED_COPY: "cache", DATABASE: "database", BACKUP: "backup"}


class RecoveryMonitor(Background):
    """A target has recovered when it is *used* again, as seen from outside:

    - the provider, when it has answered a request of the system;
    - a store, when a status page says that it is up (the service probes it at each call);
    - a service, when it serves a shopper.
    """

    def __init__(self, operators: Sequence[Operator], shoppers: dict[Target, Shopper], record: ProviderRecord) -> None:
        super().__init__()
        self._operators = operators
        self._shoppers = shoppers
        self._record = record
        self._awaited: dict[Target, RecoveryStart] = {}
        self._looked = 0.0
        self._lock = threading.Lock()
        self.recoveries: list[ObservedRecovery] = []

    def fault_injected(self, target: Target) -> None:
        """Stop waiting for the recovery of *target*: it fails again."""
        with self._lock:
            self._awaited.pop(target, None)

    def fault_removed(self, scheduled: ScheduledFault, at: float) -> None:
        """Wait for the recovery of its target, measured from *at* (for a killed service: the begin of its restart)."""
        with self._lock:
            self._awaited[scheduled.target] = RecoveryStart(at, scheduled.what, "the fault was lifted")

    def wait_for_recoveries(self) -> None:
        """Wait a few seconds for pending recoveries. Longer ones are left to the check of the steady state."""

        def check() -> None:
            assert not self._awaited

        with suppress(AssertionError):
            patiently(check, within=MAX_WAIT)

    def work(self) -> None:
        while not self.over.wait(EVERY_S):
            with self._lock:
                awaited = dict(self._awaited)
            before, self._looked = self._looked, time.time()
            for target, relief in awaited.items():
                if self._is_used(target, relief.at):
                    self._record_recovery(target, relief, before)

    def _record_recovery(self, target: Target, relief: RecoveryStart, before: float) -> None:
        """*before* is the time of the last look at which the target was not yet used."""
        seen = time.time()
        with self._lock:
            if self._awaited.get(target) is relief:
                del self._awaited[target]
                span = MeasuredTime(seen - relief.at, seen - max(before, relief.at))
                self.recoveries.append(ObservedRecovery(f"the {target} is used again", relief, span))

    def _is_used(self, target: Target, since: float) -> bool:
        if target is PROVIDER:
            with suppress(BrokenHarnessError):
                return any(one.at >= since and one.status == 200 for one in self._record.requests())
            return False
        if target in STATUS_PAGE_PARTS:
            return any(
                operator.status_page().parts.get(STATUS_PAGE_PARTS[target]) == "up" for operator in self._operators
            )
        return self._shoppers[target].open_catalog().served
