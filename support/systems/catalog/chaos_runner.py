"""Runs a random schedule of faults during continuous updates, and measures when each target is used again."""

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

BUNDLES = 60  # fits in one page, so that each answer has a whole version
MAX_USE_DELAY_S = 10.0  # after the planned end of a fault, the system must use its target within this time
EVERY = timedelta(seconds=0.005)
SERVICES = (CATALOG, SECOND_CATALOG)


@dataclass(frozen=True, slots=True)
class ChaosRun:
    """The result of a series of faults: as *planned*, as *injected*, and what was observed.

    *recoveries* has the targets that recovered before their next fault.
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
        """Inject the same faults again, in the order and at the intervals that this run's journal has recorded."""
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
    """Injects and removes the faults of a schedule.

    The schedule's clock stops while a fault is injected or removed, so that this does not shorten another fault. A fault is
    removed only after the system has met it (used its target), otherwise it would prove nothing; until then its target gets
    no other fault. Other targets go on, because another fault may be what keeps the system from the target.
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
        """Do everything that is due and possible now, removals first."""
        began = time.monotonic()
        now_s = began - self._began
        for scheduled in [one for one in self._to_recover if one.until_s <= now_s]:
            if self._desk.is_exercised(scheduled.target):
                self._recover(scheduled, now_s)
            elif scheduled.until_s + MAX_USE_DELAY_S < now_s:
                raise InconclusiveError(f"the system has not used the {scheduled.target} while it {scheduled.fault}")
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
