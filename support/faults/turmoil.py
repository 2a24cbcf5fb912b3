"""Faults that strike at random, by a plan, while updates follow one another; and how soon their targets are used again."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from support.clients.fleet import Fleet
from support.clients.operator import Operator, Update
from support.clients.restocking import Restocking
from support.clients.shopper import Shopper
from support.data.shelves import Shelves
from support.errors import InconclusiveError
from support.eventually import eventually, throughout
from support.faults.chance import Chance
from support.faults.desk import FaultDesk
from support.faults.lookout import Lookout
from support.faults.model import Target
from support.faults.plan import Line, Plan, Strike
from support.observers.ledger import Ledger
from support.observers.provider_record import ProviderRecord
from support.observers.recovery import Recovered, Relief
from support.observers.stores import Stores

BUNDLES = 60  # all in one page, so that each answer holds a whole version
MET_WITHIN = timedelta(seconds=5)
SERVICES = (Target.CATALOG, Target.SECOND_CATALOG)


@dataclass(frozen=True, slots=True)
class Weathered:
    """A series of faults that is over: what was planned, and what came of it.

    *recoveries* are of those targets that recovered before they were struck again.
    """

    plan: Plan
    came: Plan
    updates: tuple[Update, ...]
    recoveries: tuple[Recovered, ...]
    ledger: Ledger
    relief: Relief


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
        return self._weather(self._chance.plan(lines, span))

    def as_before(self) -> Weathered:
        """The same faults again, in the order and with the gaps in which the journal tells that they came the last time."""
        return self._weather(self._chance.as_recorded())

    def _weather(self, plan: Plan) -> Weathered:
        services = [Operator(instance.api) for instance in self._fleet.instances]
        shops = {
            target: Shopper(instance.api) for target, instance in zip(SERVICES, self._fleet.instances, strict=False)
        }
        lookout = Lookout(services, shops, self._record)
        with Restocking(self._shelves, services, self._stores, BUNDLES) as restocking, lookout:
            relief = self._strike(plan, lookout)
        return Weathered(
            plan=plan,
            came=self._chance.as_recorded(),
            updates=tuple(restocking.updates),
            recoveries=tuple(lookout.recoveries),
            ledger=restocking.ledger,
            relief=relief,
        )

    def _strike(self, plan: Plan, lookout: Lookout) -> Relief:
        """Strike and lift as *plan* says; what is late because the one before it took its time is done at once."""
        scenario, journal = self._chance.scenario, self._chance.journal
        journal.write("chaos-begins", scenario=scenario, plan=[str(strike) for strike in plan])
        began = time.monotonic()
        for moment, strike, begins in _acts(plan):
            _await(began + moment)
            if begins:
                lookout.struck(strike.target)
                self._desk.strike(strike.target, strike.fault)
            else:
                self._lift(strike.target)
                lookout.lifted(strike.target)
        journal.write("chaos-ends", scenario=scenario)
        relief = Relief(time.time(), "the last fault was lifted")
        lookout.settle()
        return relief

    def _lift(self, target: Target) -> None:
        """No sooner than the fault was met: else it would have proven nothing."""

        def met() -> None:
            assert self._desk.is_met(target), f"the system has not turned to the {target.value}"

        try:
            eventually(met, within=MET_WITHIN)
        except AssertionError as never:
            raise InconclusiveError(str(never)) from None
        self._desk.lift(target)


def _acts(plan: Plan) -> list[tuple[float, Strike, bool]]:
    """All strikes and lifts by time; a lift comes before a strike of the same moment."""
    acts = [*((one.at_s, one, True) for one in plan), *((one.lift_s, one, False) for one in plan)]
    return sorted(acts, key=lambda act: (act[0], act[2]))


def _await(moment: float) -> None:
    throughout(lambda: None, span=timedelta(seconds=max(0.0, moment - time.monotonic())), every=0.005)
