"""Faults that scheduled at random, by a plan, while updates follow one another; and how soon their targets are used again."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from support.core.errors import InconclusiveError
from support.core.eventually import throughout
from support.faults.chaos.schedule import ExclusiveGroup, Schedule, ScheduledFault
from support.faults.chaos.seeded_random import SeededRandom
from support.faults.desk import FaultDesk
from support.measure.ledger import Ledger
from support.measure.recovery_clock import ObservedRecovery, RecoveryStart
from support.systems.catalog.actors.continuous_updates import ContinuousUpdates
from support.systems.catalog.actors.fleet import Fleet
from support.systems.catalog.actors.operator import Operator, Update
from support.systems.catalog.actors.shopper import Shopper
from support.systems.catalog.chaos_menu import MENU
from support.systems.catalog.data.catalog_seed import CatalogSeed
from support.systems.catalog.observers.provider_record import ProviderRecord
from support.systems.catalog.observers.stores import Stores
from support.systems.catalog.recovery_monitor import RecoveryMonitor
from support.systems.catalog.targets import CATALOG, SECOND_CATALOG

BUNDLES = 60  # all in one page, so that each answer holds a whole version
MAX_USE_DELAY_S = 10.0  # after the moment at which it was to be lifted
EVERY = timedelta(seconds=0.005)
SERVICES = (CATALOG, SECOND_CATALOG)


@dataclass(frozen=True, slots=True)
class ChaosRun:
    """A series of faults that is over: what was planned, and what came of it.

    *recoveries* are of those targets that recovered before they were struck again.
    """

    planned: Schedule
    injected: Schedule
    updates: tuple[Update, ...]
    recoveries: tuple[ObservedRecovery, ...]
    ledger: Ledger
    relief: RecoveryStart

    def __str__(self) -> str:
        return "\n".join(map(str, self.planned))


class ChaosRunner:
    def __init__(
        self,
        desk: FaultDesk,
        chance: SeededRandom,
        fleet: Fleet,
        catalog_seed: CatalogSeed,
        stores: Stores,
        record: ProviderRecord,
    ) -> None:
        self._desk = desk
        self._chance = chance
        self._fleet = fleet
        self._catalog_seed = catalog_seed
        self._stores = stores
        self._record = record

    def run_random(self, lines: Sequence[ExclusiveGroup], span: timedelta) -> ChaosRun:
        return self._run(self._chance.schedule(MENU, lines, span))

    def replay(self) -> ChaosRun:
        """The same faults again, in the order and with the gaps in which the journal tells that they came the last time."""
        return self._run(self._chance.recorded_schedule(MENU))

    def _run(self, plan: Schedule) -> ChaosRun:
        services = [Operator(instance.api) for instance in self._fleet.instances]
        shops = {
            target: Shopper(instance.api) for target, instance in zip(SERVICES, self._fleet.instances, strict=False)
        }
        monitor = RecoveryMonitor(services, shops, self._record)
        with ContinuousUpdates(self._catalog_seed, services, self._stores, BUNDLES) as updates, monitor:
            relief = self._execute(plan, monitor)
        return ChaosRun(
            planned=plan,
            injected=self._chance.recorded_schedule(MENU),
            updates=tuple(updates.updates),
            recoveries=tuple(monitor.recoveries),
            ledger=updates.ledger,
            relief=relief,
        )

    def _execute(self, plan: Schedule, monitor: RecoveryMonitor) -> RecoveryStart:
        self._chance.record("chaos-begins", plan=[str(scheduled) for scheduled in plan])
        _ScheduleExecution(self._desk, monitor, self._chance, plan).run()
        relief = RecoveryStart(time.time(), "faults at random", "the last fault was lifted")
        monitor.wait_for_recoveries()
        return relief


class _ScheduleExecution:
    """Strikes and lifts as planned. The plan's clock stands still while we do either, so that no fault is cut short by another.

    A fault is lifted no sooner than it was met, else it would have proven nothing, and its target is struck again no sooner
    than it was lifted. Everything else goes on meanwhile: what keeps the system from meeting it may have to be lifted first.
    """

    def __init__(self, desk: FaultDesk, monitor: RecoveryMonitor, chance: SeededRandom, plan: Schedule) -> None:
        self._desk = desk
        self._monitor = monitor
        self._chance = chance
        self._to_inject = list(plan)
        self._to_recover: list[ScheduledFault] = []
        self._began = time.monotonic()

    def run(self) -> None:
        while self._to_inject or self._to_recover:
            throughout(self._act, span=EVERY, every=EVERY.total_seconds())

    def _act(self) -> None:
        """All that is due and can be done now, lifts first."""
        began = time.monotonic()
        now_s = began - self._began
        for scheduled in [one for one in self._to_recover if one.until_s <= now_s]:
            if self._desk.is_exercised(scheduled.target):
                self._recover(scheduled, now_s)
            elif scheduled.until_s + MAX_USE_DELAY_S < now_s:
                raise InconclusiveError(
                    f"the system has not turned to the {scheduled.target} while it {scheduled.fault}"
                )
        for scheduled in [one for one in self._to_inject if one.at_s <= now_s]:
            if scheduled.target not in {one.target for one in self._to_recover}:
                self._inject(scheduled, now_s)
        self._began += time.monotonic() - began

    def _recover(self, scheduled: ScheduledFault, now_s: float) -> None:
        self._chance.record("chaos-lifted", target=scheduled.target.name, at_s=now_s)
        relief = RecoveryStart(time.time(), scheduled.what, "the fault was lifted")
        self._desk.recover(scheduled.target)
        self._monitor.fault_removed(scheduled.target, relief)
        self._to_recover.remove(scheduled)

    def _inject(self, scheduled: ScheduledFault, now_s: float) -> None:
        kind, detail = type(scheduled.fault).__name__, str(scheduled.fault)
        self._chance.record("chaos-struck", target=scheduled.target.name, kind=kind, detail=detail, at_s=now_s)
        self._monitor.fault_injected(scheduled.target)
        self._desk.inject(scheduled.target, scheduled.fault)
        self._to_inject.remove(scheduled)
        self._to_recover.append(scheduled)
