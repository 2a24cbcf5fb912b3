"""Strikes in the middle of an update, having seen that it is the middle."""

from collections.abc import Callable
from datetime import timedelta

from support.core.errors import InconclusiveError
from support.core.eventually import eventually
from support.core.target import Target
from support.faults.chaos.seeded_random import SeededRandom
from support.faults.desk import FaultDesk
from support.faults.model import Fault, Freeze, Slowness
from support.systems.catalog.actors.fleet import Fleet
from support.systems.catalog.actors.running_update import RunningUpdate
from support.systems.catalog.observers.provider_record import ProviderRecord
from support.systems.catalog.observers.stores import Stores
from support.systems.catalog.targets import DATABASE, PROVIDER, SECOND_CATALOG

SOON = timedelta(seconds=10)
HELD_BACK = Slowness(timedelta(seconds=0.7))  # long enough to strike while an answer of the provider is on its way


class UpdateEndedTooEarlyError(InconclusiveError):
    """The *update* was over before its middle was seen; nothing was struck."""

    def __init__(self, message: str, update: RunningUpdate) -> None:
        super().__init__(message)
        self.update = update


class MidUpdateFaults:
    """An update that is struck is left running; its service is the target, or the shoppers' one where that is a store."""

    def __init__(
        self, desk: FaultDesk, fleet: Fleet, record: ProviderRecord, stores: Stores, chance: SeededRandom
    ) -> None:
        self._desk = desk
        self._fleet = fleet
        self._record = record
        self._stores = stores
        self._chance = chance

    def inject_while_requesting(self, target: Target, fault: Fault, pages: int) -> RunningUpdate:
        """Strike when the provider has given some of its *pages* of this update, not all: how many is drawn by chance."""
        before, enough = self._pages(), self._chance.number("pages of the provider's before it strikes", 1, pages - 2)

        def check() -> None:
            assert self._pages() >= before + enough, f"the provider has not given {enough} pages of its catalog"

        return self._inject_midway(target, fault, check)

    def inject_while_copying(self, target: Target, fault: Fault, bundles: int) -> RunningUpdate:
        """Strike when the database has taken up to half of the *bundles* of this update: how many is drawn by chance."""
        enough = self._chance.number("bundles in the database before it strikes", 1, bundles // 2)

        def check() -> None:
            assert self._stores.bundles_copied() >= enough, f"the database has not taken {enough} bundles"

        return self._inject_midway(target, fault, check)

    def inject_while_fetching(self, target: Target, fault: Fault) -> RunningUpdate:
        """Strike when the provider has given a page of its catalog, and the service has not got it yet.

        The service has to be patient. The page reaches it, or what is left of it, before this returns.
        """
        running = self.start_with_page_in_flight(1 if target is SECOND_CATALOG else 0)
        self._desk.inject(target, fault)
        running.must_not_be_over()
        self._desk.recover(PROVIDER)
        return running

    def start_with_page_in_flight(self, place: int) -> RunningUpdate:
        """An update at the service at that *place*; a page of the provider's is on its way when this returns, for a while."""
        self._desk.inject(PROVIDER, HELD_BACK)
        before = self._pages()

        def check() -> None:
            assert self._pages() > before, "the provider has not given a page of its catalog"

        return self._start(place, check)

    def inject_while_storing(self, target: Target, fault: Fault) -> RunningUpdate:
        """Strike when the database has begun to take the new catalog and has not committed it."""

        def check() -> None:
            assert self._stores.is_storing(), "no catalog is being stored"

        running = self._inject_midway(target, fault, check)
        if isinstance(fault, Freeze) and target is not DATABASE and not self._stores.is_storing():
            raise InconclusiveError(f"the update was stored before the {target} froze")
        return running

    def start_update(self, place: int) -> RunningUpdate:
        """Start an update at the service at that *place* in the fleet; it has asked the provider when this returns."""
        before = len(self._record.requests())

        def check() -> None:
            assert len(self._record.requests()) > before, "the provider has not been asked"

        return self._start(place, check)

    def _inject_midway(self, target: Target, fault: Fault, midway: Callable[[], None]) -> RunningUpdate:
        place = 1 if target is SECOND_CATALOG else 0
        running = self._start(place, midway)
        self._desk.inject(target, fault)
        running.must_not_be_over()
        return running

    def _start(self, place: int, midway: Callable[[], None]) -> RunningUpdate:
        running = RunningUpdate(self._fleet.instances[place].api)

        def check() -> None:
            over = running.is_over
            try:
                midway()
            except AssertionError as never:
                if over:
                    raise UpdateEndedTooEarlyError(
                        f"the update was over before its middle was seen: {never}", running
                    ) from None
                raise

        try:
            eventually(check, within=SOON, every=0.002)
        except AssertionError as never:
            raise InconclusiveError(f"the middle of the update was not seen: {never}") from None
        return running

    def _pages(self) -> int:
        return sum(request.key is not None and request.status is not None for request in self._record.requests())
