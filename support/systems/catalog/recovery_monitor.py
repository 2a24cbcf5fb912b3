"""Looks out for what was broken to be used again, beside whoever breaks it."""

import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from support.core.background import Background
from support.core.errors import BrokenHarnessError
from support.core.eventually import eventually
from support.core.target import Target
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
    """A target counts as recovered when it is *used* again, seen from outside:

    - the provider, once it has given an answer to the system;
    - a store, once a status operator says that it is up (it is tried for each look at the operator);
    - a service, once it serves a shopper.

    *operators* and *shoppers* are the services' status operators and doors; *shoppers* in the order of the targets.
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
        """It is broken again, whether it had recovered or not."""
        with self._lock:
            self._awaited.pop(target, None)

    def fault_removed(self, target: Target, relief: RecoveryStart) -> None:
        """A service that had to be started again for it began to start at the moment of *relief*."""
        with self._lock:
            self._awaited[target] = relief

    def wait_for_recoveries(self) -> None:
        """Give those that are still awaited some time; whoever needs longer is told by those who look at the whole."""

        def check() -> None:
            assert not self._awaited

        with suppress(AssertionError):
            eventually(check, within=MAX_WAIT)

    def work(self) -> None:
        while not self.over.wait(EVERY_S):
            with self._lock:
                awaited = dict(self._awaited)
            before, self._looked = self._looked, time.time()
            for target, relief in awaited.items():
                if self._is_used(target, relief.at):
                    self._record_recovery(target, relief, before)

    def _record_recovery(self, target: Target, relief: RecoveryStart, before: float) -> None:
        """*before* is when it was looked at the last time, and not used yet."""
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
