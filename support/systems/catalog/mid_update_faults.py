"""Injects faults in the middle of an update, after observing that it is in the middle."""

from collections.abc import Callable
from datetime import timedelta

from support.core.errors import InconclusiveError
from support.core.eventually import patiently
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
HELD_BACK = Slowness(
    timedelta(seconds=0.7)
)  # long enough to inject a fault while an answer of the provider is in flight


class UpdateEndedTooEarlyError(InconclusiveError):
    """The *update* ended before its middle was observed; no fault was injected."""

    def __init__(self, message: str, update: RunningUpdate) -> None:
        super().__init__(message)
        self.update = update


class MidUpdateFaults:
    """Each method returns the running update. The target's service updates, or the first one if the target is a store."""

    def __init__(
        self, desk: FaultDesk, fleet: Fleet, record: ProviderRecord, stores: Stores, chance: SeededRandom
    ) -> None:
        self._desk = desk
        self._fleet = fleet
        self._record = record
        self._stores = stores
        self._chance = chance

    def inject_while_requesting(self, target: Target, fault: Fault, pages: int) -> RunningUpdate:
        """Inject when the provider has answered a random number, but not all, of the *pages* of this update."""
        before, enough = self._pages(), self._chance.number("pages sent before the fault", 1, pages - 2)

        def check() -> None:
            assert self._pages() >= before + enough, f"the provider has not sent {enough} pages of its catalog"

        return self._inject_midway(target, fault, check)

    def inject_while_copying(self, target: Target, fault: Fault, bundles: int) -> RunningUpdate:
        """Inject when the database has copied a random number, at most half, of the *bundles* of this update.

        How far a service is that stores them by other statements than COPY cannot be seen: then as soon as it has begun.
        """
        enough = self._chance.number("bundles copied before the fault", 1, bundles // 2)

        def check() -> None:
            copied = self._stores.bundles_copied()
            begun = copied >= enough if copied is not None else self._stores.is_storing()
            assert begun, f"the database has not copied {enough} bundles"

        return self._inject_midway(target, fault, check)

    def inject_while_fetching(self, target: Target, fault: Fault) -> RunningUpdate:
        """Inject when the provider has sent a page of its catalog and the service has not received it yet.

        The service needs long time-outs. The provider recovers, so that the page is delivered, before this returns.
        """
        running = self.start_with_page_in_flight(1 if target is SECOND_CATALOG else 0)
        self._desk.inject(target, fault)
        running.must_not_be_over()
        self._desk.recover(PROVIDER)
        return running

    def start_with_page_in_flight(self, place: int) -> RunningUpdate:
        """Start an update at instance *place*; when this returns, a page of the provider is in flight for a while."""
        self._desk.inject(PROVIDER, HELD_BACK)
        before = self._pages()

        def check() -> None:
            assert self._pages() > before, "the provider has not sent a page of its catalog"

        return self._start(place, check)

    def inject_while_storing(self, target: Target, fault: Fault) -> RunningUpdate:
        """Inject when the database has begun to store the new catalog and has not committed it."""

        def check() -> None:
            assert self._stores.is_storing(), "no catalog is being stored"

        running = self._inject_midway(target, fault, check)
        if isinstance(fault, Freeze) and target is not DATABASE and not self._stores.is_storing():
            raise InconclusiveError(f"the update was stored before the {target} froze")
        return running

    def start_update(self, place: int) -> RunningUpdate:
        """Start an update at instance *place*; when this returns, it has called the provider."""
        before = len(self._record.requests())

        def check() -> None:
            assert len(self._record.requests()) > before, "the provider has not been called"

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
                        f"the update ended before its middle was observed: {never}", running
                    ) from None
                raise

        try:
            patiently(check, within=SOON, every=0.002)
        except AssertionError as never:
            raise InconclusiveError(f"the middle of the update was not observed: {never}") from None
        return running

    def _pages(self) -> int:
        return sum(request.key is not None and request.status is not None for request in self._record.requests())
