"""The session of the catalog: its site, clients and fault injectors for one run."""

import secrets
import time
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from support.behave_runtime.recording import Recording
from support.behave_runtime.stage import Stage
from support.core.errors import BrokenHarnessError, NotApplicableError
from support.core.journal import Journal
from support.core.settings import Settings
from support.core.target import Target
from support.core.unavailable import absent, unless_lacking
from support.environments.choice import choose
from support.environments.parts import Parts
from support.faults.chaos.seeded_random import SeededRandom, earlier_events
from support.faults.desk import FaultDesk
from support.faults.injectors.link import bypassed
from support.measure.link_traffic import LinkTraffic
from support.reporting.figures import suite_share
from support.reporting.timeline_model import TimelineEvents
from support.systems.catalog.actors.cache_hits import CacheHitMeasurement
from support.systems.catalog.actors.configuration import Configuration
from support.systems.catalog.actors.continuous_visits import ContinuousVisits
from support.systems.catalog.actors.fleet import Fleet
from support.systems.catalog.actors.operator import Operator
from support.systems.catalog.actors.reloader import Reloader
from support.systems.catalog.actors.search_during_updates import SearchDuringUpdates
from support.systems.catalog.actors.shopper import Shopper
from support.systems.catalog.actors.update_benchmark import UpdateBenchmark
from support.systems.catalog.chaos_runner import BUNDLES, ChaosRunner
from support.systems.catalog.clients import api, connect
from support.systems.catalog.crash_during_updates import CrashDuringUpdates
from support.systems.catalog.data.catalog_seed import CatalogSeed
from support.systems.catalog.dependencies import dependencies
from support.systems.catalog.environment import open_site
from support.systems.catalog.environment.site import EVERY_SCENARIO, Site
from support.systems.catalog.environment.timings import refuse_other_timings
from support.systems.catalog.environment.topology import described_services
from support.systems.catalog.mid_update_faults import MidUpdateFaults
from support.systems.catalog.observers.own_stores import demand_own_stores
from support.systems.catalog.observers.service_log import ServiceLog
from support.systems.catalog.observers.steady_state import SteadyState
from support.systems.catalog.recovery_timer import RecoveryTimer
from support.systems.catalog.settings import CatalogSettings
from support.systems.catalog.targets import CATALOG
from support.systems.catalog.timeline_events import timeline_events

if TYPE_CHECKING:
    from support.faults.dependency import Dependency

T = TypeVar("T")


class CatalogSession:
    """Objects that live as long as the run. Each scenario gets its own stage."""

    def __init__(self, settings: Settings, site: Site, journal: Journal) -> None:
        self.site = site
        self._settings = settings
        self._lacking = settings.of(CatalogSettings).lacking
        self._journal = journal
        self._proxy = site.proxy
        self._clients = connect(site, self._lacking)
        self._earlier = earlier_events(settings.replay)
        found = dependencies(site, self._clients, self._bypassed())
        if site.shared and EVERY_SCENARIO not in site.lacking:  # after the stores were shown to be the catalog's
            refuse_other_timings(site, self._clients.catalog, self._clients.stores.clear)
        if settings.injector == "nothing":
            found = {target: one.without_effect() for target, one in found.items()}
        self.dependencies: Mapping[Target, Dependency] = found

    @contextmanager
    def scenario(self, name: str, _tags: Collection[str] = ()) -> Iterator[Stage]:
        """A stage on a catalog in its initial state: empty stores, all parts running, no fault."""
        began = time.monotonic()
        self._reset(seed=zlib.crc32(f"{self._settings.seed}/{name}".encode()))
        clients, site, seed = self._clients, self.site, self._settings.seed
        stores = self._unless("stores", clients.stores)
        chance = SeededRandom(seed, name, self._journal, self._earlier)
        desk = FaultDesk(name, self.dependencies, self._journal)
        fleet, stream = Fleet(site, lambda url: api(url, self._lacking)), ContinuousVisits()
        catalog_seed = CatalogSeed(clients.provider, clients.saved_copy, site.backup_file)
        operator = Operator(clients.catalog)
        mid_update_faults = MidUpdateFaults(desk, fleet, clients.record, stores, chance)
        stage = Stage(
            desk,
            self._unless("instances", fleet, "add"),
            clients.catalog,
            Shopper(clients.catalog),
            operator,
            catalog_seed,
            stores,
            clients.record,
            mid_update_faults,
            CrashDuringUpdates(desk, mid_update_faults, catalog_seed, operator, stores),
            SearchDuringUpdates(catalog_seed, operator, site.catalog_url),
            UpdateBenchmark(site, catalog_seed, seed),
            CacheHitMeasurement(site.catalog_url, catalog_seed, clients.record, stores, operator, seed),
            RecoveryTimer(desk, clients.catalog, stores),
            self._unless("alerts", clients.inbox),
            site,
            Parts(site.parts),
            Configuration(site),
            self._unless("reload", Reloader(site.parts[CATALOG], clients.catalog)),
            stream,
            ChaosRunner(desk, chance, fleet, catalog_seed, stores, clients.record),
            SteadyState(fleet, catalog_seed, stores, BUNDLES),
            LinkTraffic(site.links, self._proxy),
            self._log(),
        )
        prepared_s = time.monotonic() - began
        try:
            with fleet, desk, stream:
                yield stage
        finally:
            suite_share(name, prepared_s + desk.overhead_s)

    def lacks(self, tags: Collection[str]) -> str:
        """Why a scenario with these tags cannot run here (@needs.mount, ...); empty if it can."""
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
        """*seed* belongs to the scenario, so that its random choices do not depend on earlier scenarios."""
        catalog = self.site.parts[CATALOG]
        if not self.site.shared:
            for part in self.site.parts.values():
                if not part.alive and part is not catalog:
                    part.start()
            if not catalog.alive:
                self._clients.stores.clear()  # its stored data may be what keeps it from starting
        try:
            with suppress(NotApplicableError):
                self._proxy.reset(seed)
        except BrokenHarnessError as wedged:
            self._journal.write("mended", message=f"the fault proxy was restarted: {wedged}")
            self.site.renew_links()
            self._proxy.reset(seed)
        self.site.renew_catalog()
        with suppress(NotApplicableError):
            self._clients.provider.reset()
        with suppress(NotApplicableError):
            self._clients.inbox.clear()
        with suppress(NotApplicableError):
            self._clients.stores.clear()

    def _bypassed(self) -> set[Target]:
        clients = self._clients
        catalog_seed = CatalogSeed(clients.provider, clients.saved_copy, self.site.backup_file)
        with suppress(NotApplicableError):
            price = Decimal(secrets.randbelow(90_000) + 10_000) / 100  # no other update has it
            catalog_seed.provider_quotes("Europe 5 GB", price=price)
            found = bypassed(self.site.links, self._proxy, clients.catalog.update)
            if self.site.shared and "stores" not in self._lacking:
                demand_own_stores(clients.stores, "Europe 5 GB", price)
            return found
        return set()


@contextmanager
def open_catalog(recording: Recording) -> Iterator[CatalogSession]:
    """Start the catalog, and stop everything afterwards."""
    settings, journal = recording.settings, recording.journal
    own = settings.of(CatalogSettings)
    choice = choose(settings, own.implied, lambda: [str(one["image"]) for one in described_services(settings).values()])
    recording.describe("catalog", backend=choice.backend, reason=choice.reason)
    began = time.monotonic()
    with open_site(choice.backend, settings, recording.logs) as site:
        journal.write("figure", scenario=None, name="backend up", value=round(time.monotonic() - began, 3), unit="s")
        yield CatalogSession(settings, site, journal)
