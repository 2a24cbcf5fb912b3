"""Faults that strike at random, by a plan, while updates follow one another; and how soon their targets are used again."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from support.core.errors import InconclusiveError
from support.core.eventually import throughout
from support.faults.chaos.schedule import Line, Schedule, Strike
from support.faults.chaos.seeded_random import Chance
from support.faults.desk import FaultDesk
from support.measure.ledger import Ledger
from support.measure.recovery_clock import ObservedRecovery, RecoveryStart
from support.systems.catalog.actors.fleet import Fleet
from support.systems.catalog.actors.operator import Operator, Update
from support.systems.catalog.actors.restocking import Restocking
from support.systems.catalog.actors.shopper import Shopper
from support.systems.catalog.chaos_menu import MENU
from support.systems.catalog.data.catalog_seed import Shelves
from support.systems.catalog.observers.provider_record import ProviderRecord
from support.systems.catalog.observers.stores import Stores
from support.systems.catalog.recovery_monitor import Lookout
from support.systems.catalog.targets import CATALOG, SECOND_CATALOG

BUNDLES = 60  # all in one page, so that each answer holds a whole version
MET_WITHIN_S = 10.0  # after the moment at which it was to be lifted
EVERY = timedelta(seconds=0.005)
SERVICES = (CATALOG, SECOND_CATALOG)


@dataclass(frozen=True, slots=True)
class Weathered:
    """A series of faults that is over: what was planned, and what came of it.

    *recoveries* are of those targets that recovered before they were struck again.
    """

    plan: Schedule
    came: Schedule
    updates: tuple[Update, ...]
    recoveries: tuple[ObservedRecovery, ...]
    ledger: Ledger
    relief: RecoveryStart

    def __str__(self) -> str:
        return "\n".join(map(str, self.plan))


class Turmoil:
    def __init__(
        self, desk: FaultDesk, chance: Chance, fleet: Fleet, shelves: Shelves, stores: Stores, record: ProviderRecord
    ) -> None:
        self._desk = desk
        self._chance = chance
        self._fleet = fleet
        self._shelves = shelves
        self._stores = stores
        self._record = record

    def at_random(self, lines: Sequence[Line], span: timedelta) -> Weathered:
        return self._weather(self._chance.plan(MENU, lines, span))

    def as_before(self) -> Weathered:
        """The same faults again, in the order and with the gaps in which the journal tells that they came the last time."""
        return self._weather(self._chance.as_recorded(MENU))

    def _weather(self, plan: Schedule) -> Weathered:
        services = [Operator(instance.api) for instance in self._fleet.instances]
        shops = {
            target: Shopper(instance.api) for target, instance in zip(SERVICES, self._fleet.instances, strict=False)
        }
        lookout = Lookout(services, shops, self._record)
        with Restocking(self._shelves, services, self._stores, BUNDLES) as restocking, lookout:
            relief = self._strike(plan, lookout)
        return Weathered(
            plan=plan,
            came=self._chance.as_recorded(MENU),
            updates=tuple(restocking.updates),
            recoveries=tuple(lookout.recoveries),
            ledger=restocking.ledger,
            relief=relief,
        )

    def _strike(self, plan: Schedule, lookout: Lookout) -> RecoveryStart:
        self._chance.tell("chaos-begins", plan=[str(strike) for strike in plan])
        _Series(self._desk, lookout, self._chance, plan).run()
        relief = RecoveryStart(time.time(), "faults at random", "the last fault was lifted")
        lookout.settle()
        return relief


class _Series:
    """Strikes and lifts as planned. The plan's clock stands still while we do either, so that no fault is cut short by another.

    A fault is lifted no sooner than it was met, else it would have proven nothing, and its target is struck again no sooner
    than it was lifted. Everything else goes on meanwhile: what keeps the system from meeting it may have to be lifted first.
    """

    def __init__(self, desk: FaultDesk, lookout: Lookout, chance: Chance, plan: Schedule) -> None:
        self._desk = desk
        self._lookout = lookout
        self._chance = chance
        self._to_strike = list(plan)
        self._to_lift: list[Strike] = []
        self._began = time.monotonic()

    def run(self) -> None:
        while self._to_strike or self._to_lift:
            throughout(self._act, span=EVERY, every=EVERY.total_seconds())

    def _act(self) -> None:
        """All that is due and can be done now, lifts first."""
        began = time.monotonic()
        now_s = began - self._began
        for strike in [one for one in self._to_lift if one.lift_s <= now_s]:
            if self._desk.is_met(strike.target):
                self._lift(strike, now_s)
            elif strike.lift_s + MET_WITHIN_S < now_s:
                raise InconclusiveError(f"the system has not turned to the {strike.target} while it {strike.fault}")
        for strike in [one for one in self._to_strike if one.at_s <= now_s]:
            if strike.target not in {one.target for one in self._to_lift}:
                self._strike(strike, now_s)
        self._began += time.monotonic() - began

    def _lift(self, strike: Strike, now_s: float) -> None:
        self._chance.tell("chaos-lifted", target=strike.target.name, at_s=now_s)
        relief = RecoveryStart(time.time(), strike.what, "the fault was lifted")
        self._desk.recover(strike.target)
        self._lookout.lifted(strike.target, relief)
        self._to_lift.remove(strike)

    def _strike(self, strike: Strike, now_s: float) -> None:
        kind, detail = type(strike.fault).__name__, str(strike.fault)
        self._chance.tell("chaos-struck", target=strike.target.name, kind=kind, detail=detail, at_s=now_s)
        self._lookout.struck(strike.target)
        self._desk.inject(strike.target, strike.fault)
        self._to_strike.remove(strike)
        self._to_lift.append(strike)
