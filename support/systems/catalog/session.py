"""The catalog of one run, and everything that looks at it, uses it or breaks it."""

import time
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from support.behave_runtime.recording import Recording
from support.behave_runtime.stage import Stage
from support.core.capabilities import unless_lacking
from support.core.errors import BrokenHarnessError, NotApplicableError, UsageError
from support.core.journal import Event, Journal, read_journal
from support.core.settings import Settings
from support.core.target import Target
from support.core.unavailable import absent
from support.environments.choice import choose
from support.faults.chaos.seeded_random import Chance
from support.faults.desk import FaultDesk
from support.faults.injectors.link import bypassed
from support.measure.link_traffic import LinkTraffic
from support.reporting.figures import suite_share
from support.reporting.timeline_model import TimelineEvents
from support.systems.catalog.actors.catalog_api import CatalogApi
from support.systems.catalog.actors.demand import Demand
from support.systems.catalog.actors.fleet import Fleet
from support.systems.catalog.actors.large_updates import LargeUpdates
from support.systems.catalog.actors.operator import Operator
from support.systems.catalog.actors.rush import Rush
from support.systems.catalog.actors.shopper import Shopper
from support.systems.catalog.actors.stream import Stream
from support.systems.catalog.chaos_runner import BUNDLES, Turmoil
from support.systems.catalog.crash_during_updates import Upheaval
from support.systems.catalog.data.catalog_seed import Shelves
from support.systems.catalog.dependencies import dependencies
from support.systems.catalog.environment import open_site
from support.systems.catalog.environment.site import EVERY_SCENARIO, Site
from support.systems.catalog.environment.topology import described_services
from support.systems.catalog.instruments import instruments
from support.systems.catalog.mid_update_faults import Halfway
from support.systems.catalog.observers.service_log import ServiceLog
from support.systems.catalog.observers.steady_state import Steadiness
from support.systems.catalog.recovery_timer import WayBack
from support.systems.catalog.settings import CatalogSettings
from support.systems.catalog.targets import CATALOG
from support.systems.catalog.timeline_events import timeline_events

if TYPE_CHECKING:
    from support.faults.dependency import Dependency

T = TypeVar("T")


class CatalogSession:
    """Holds what lives as long as the run; a scenario gets its own stage on it."""

    def __init__(self, settings: Settings, site: Site, journal: Journal) -> None:
        self.site = site
        self._settings = settings
        self._lacking = settings.of(CatalogSettings).lacking
        self._journal = journal
        self._proxy = site.proxy
        self._bound = instruments(site)
        self._earlier = _earlier(settings.replay)
        found = dependencies(site, self._bound, self._bypassed())
        if settings.injector == "nothing":
            found = {target: one.without_effect() for target, one in found.items()}
        self.dependencies: Mapping[Target, Dependency] = found

    @contextmanager
    def scenario(self, name: str, _tags: Collection[str] = ()) -> Iterator[Stage]:
        """A stage on a catalog as if it had just been started: empty, whole, and with no fault in force."""
        began = time.monotonic()
        self._reset(seed=zlib.crc32(f"{self._settings.seed}/{name}".encode()))
        bound, site, seed = self._bound, self.site, self._settings.seed
        chance = Chance(seed, name, self._journal, self._earlier)
        desk = FaultDesk(name, self.dependencies, self._journal)
        fleet, stream = Fleet(site), Stream()
        shelves = Shelves(bound.provider, bound.saved_copy, site.backup_file)
        operator = Operator(bound.catalog)
        halfway = Halfway(desk, fleet, bound.record, bound.stores, chance)
        stage = Stage(
            desk,
            self._unless("instances", fleet, "add"),
            Shopper(bound.catalog),
            self._unless("metrics", self._unless("status-page", operator, "status_page"), "counter"),
            shelves,
            self._unless("stores", bound.stores),
            bound.record,
            halfway,
            Upheaval(desk, halfway, shelves, operator, bound.stores),
            Rush(shelves, operator, site.catalog_url),
            LargeUpdates(site, shelves, seed),
            Demand(site.catalog_url, shelves, bound.record, bound.stores, operator, seed),
            WayBack(desk, CatalogApi(site.catalog_url), bound.stores),
            self._unless("alerts", bound.inbox),
            site,
            stream,
            Turmoil(desk, chance, fleet, shelves, bound.stores, bound.record),
            Steadiness(fleet, shelves, bound.stores, BUNDLES),
            LinkTraffic(site.links, self._proxy),
            self._log(),
        )
        prepared_s = time.monotonic() - began
        try:
            with fleet, desk, stream:
                yield stage
        finally:
            suite_share(name, prepared_s + desk.spent_s)

    def lacks(self, tags: Collection[str]) -> str:
        """Why a scenario with these tags cannot be run here (@needs.mount, ...); empty when it can."""
        needed = {f"needs.{name}": why for name, why in self.site.lacking.items() if name != EVERY_SCENARIO}
        always = self.site.lacking.get(EVERY_SCENARIO)
        return always or "; ".join(why for name, why in needed.items() if name in tags)

    def timeline_events(self, stage: Stage, began: float) -> TimelineEvents:
        return timeline_events(stage, began)

    def _log(self) -> ServiceLog:
        try:
            part = self.site.parts[CATALOG]
            return self._unless("log", ServiceLog(part.log, part.settle_log))
        except NotApplicableError as why:
            return absent(ServiceLog, str(why))

    def _unless(self, capability: str, thing: T, *verbs: str) -> T:
        return unless_lacking(self._lacking, capability, thing, *verbs)

    def _reset(self, seed: int) -> None:
        """*seed* is the scenario's own, so that its draws do not depend on which scenarios ran before it."""
        catalog = self.site.parts[CATALOG]
        if not self.site.shared:
            for part in self.site.parts.values():
                if not part.alive and part is not catalog:
                    part.start()
            if not catalog.alive:
                self._bound.stores.clear()  # what it has left there may be what it cannot start with
        try:
            with suppress(NotApplicableError):
                self._proxy.reset(seed)
        except BrokenHarnessError as wedged:
            self._journal.write("mended", message=f"the fault proxy was made anew: {wedged}")
            self.site.renew_links()
            self._proxy.reset(seed)
        self.site.renew_catalog()
        with suppress(NotApplicableError):
            self._bound.provider.reset()
        with suppress(NotApplicableError):
            self._bound.inbox.clear()
        with suppress(NotApplicableError):
            self._bound.stores.clear()

    def _bypassed(self) -> set[Target]:
        bound = self._bound
        shelves = Shelves(bound.provider, bound.saved_copy, self.site.backup_file)
        with suppress(NotApplicableError):
            shelves.provider_quotes("Europe 5 GB", price=Decimal("19.00"))
            return bypassed(self.site.links, self._proxy, bound.catalog.update)
        return set()


@contextmanager
def open_catalog(recording: Recording) -> Iterator[CatalogSession]:
    """Bring the catalog up, and end all of it afterwards."""
    settings, journal = recording.settings, recording.journal
    own = settings.of(CatalogSettings)
    choice = choose(settings, own.implied, lambda: [str(one["image"]) for one in described_services(settings).values()])
    recording.describe("catalog", backend=choice.backend, reason=choice.reason)
    began = time.monotonic()
    with open_site(choice.backend, settings, recording.logs) as site:
        journal.write("figure", scenario=None, name="backend up", value=round(time.monotonic() - began, 3), unit="s")
        yield CatalogSession(settings, site, journal)


def _earlier(replay: str) -> list[Event] | None:
    """The journal whose random faults are to come again, if any."""
    try:
        return read_journal(Path(replay)) if replay else None
    except BrokenHarnessError as unreadable:
        raise UsageError(f"replay cannot be read: {unreadable}; say the journal.jsonl of an earlier run") from None
