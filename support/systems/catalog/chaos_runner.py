"""Runs a random schedule of faults during continuous updates, and measures when each target is used again."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from support.faults.chaos.execution import ScheduleExecution
from support.faults.chaos.schedule import ExclusiveGroup, Schedule
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
        ScheduleExecution(self._desk, monitor, self._chance, plan).run()
        relief = RecoveryStart(time.time(), "faults at random", "the last fault was lifted")
        monitor.wait_for_recoveries()
        return relief
