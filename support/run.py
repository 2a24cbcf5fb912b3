"""One run: what lives as long as it does, and what lives as long as a scenario."""

import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import create_engine

from support.backends.embedded import embedded_catalog
from support.backends.images import toxiproxy
from support.backends.rundir import sweep
from support.backends.site import Site
from support.clients.caller import Caller
from support.clients.catalog_api import CatalogApi
from support.clients.demand import Demand
from support.clients.fleet import Fleet
from support.clients.large_updates import LargeUpdates
from support.clients.operator import Operator
from support.clients.release_manager import ReleaseManager
from support.clients.rush import Rush
from support.clients.shopper import Shopper
from support.clients.stream import Stream
from support.data.shelves import Shelves
from support.errors import BrokenHarnessError, UsageError
from support.faults.chance import Chance
from support.faults.conformance import Conformance
from support.faults.data_injector import DataInjector
from support.faults.desk import FaultDesk
from support.faults.disk_injector import DiskInjector
from support.faults.halfway import Halfway
from support.faults.injector import Injector, Nothing
from support.faults.link_injector import LinkInjector, bypassed
from support.faults.memory_injector import MemoryInjector
from support.faults.model import Mechanism, Target
from support.faults.part_injector import PartInjector
from support.faults.pressure_injector import PressureInjector
from support.faults.probes import Probes
from support.faults.rehearsal import Rehearsal
from support.faults.script_injector import ScriptInjector
from support.faults.toxiproxy import Toxiproxy
from support.faults.turmoil import BUNDLES, Turmoil
from support.faults.upheaval import Upheaval
from support.faults.way_back import WayBack
from support.gate import report
from support.journal import Event, Journal, read_journal
from support.observers.alerts import AlertInbox
from support.observers.chronicle import Chronicle
from support.observers.link_traffic import LinkTraffic
from support.observers.provider_record import ProviderRecord
from support.observers.service_log import ServiceLog
from support.observers.steadiness import Steadiness
from support.observers.stores import Stores
from support.reporting.current import Recording
from support.reporting.story import attach_story
from support.settings import Settings
from support.stage import Stage
from support.standins.provider.control import ProviderControl


class Run:
    """The system under test, and everything that looks at it or breaks it."""

    def __init__(self, settings: Settings, site: Site, journal: Journal) -> None:
        self.site = site
        self._settings = settings
        self._journal = journal
        self._proxy = Toxiproxy(site.proxy_url)
        self._provider = ProviderControl(site.provider_url)
        self._record = ProviderRecord(site.provider_url)
        self._inbox = AlertInbox(site.inbox_url)
        self._redis = redis.Redis.from_url(
            site.redis_url, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)
        )
        self._stores = Stores(self._redis, create_engine(site.database_url, pool_pre_ping=True), site.backup_file)
        self._catalog = CatalogApi(site.catalog_url)
        self._look = Probes(site, self._redis).look
        self._earlier = _earlier(settings.replay)
        self._shelve_everything()
        self.bypassed = bypassed(site.links, self._proxy, self._catalog.update)

    @contextmanager
    def scenario(self, name: str, _tags: Iterable[str] = ()) -> Iterator[Stage]:
        """A stage on a system as if it had just been started: empty, whole, and with no fault in force."""
        began = time.monotonic()
        self._reset(seed=zlib.crc32(f"{self._settings.seed}/{name}".encode()))
        chance = Chance(self._settings.seed, name, self._journal, self._earlier)
        desk = FaultDesk(name, self._injectors(), self._look, self._journal)
        fleet, conformance = Fleet(self.site), Conformance(self.site)
        shelves = Shelves(self._provider, self._redis, self.site.backup_file)
        operator = Operator(self._catalog)
        halfway = Halfway(desk, fleet, self._record, self._stores, chance)
        stream = Stream()
        stage = Stage(
            desk,
            fleet,
            Shopper(self._catalog),
            operator,
            shelves,
            self._stores,
            self._record,
            halfway,
            Upheaval(desk, halfway, shelves, operator, self._stores),
            Rush(shelves, operator, self.site.catalog_url),
            LargeUpdates(self.site, shelves, self._settings.seed),
            Demand(self.site.catalog_url, shelves, self._record, self._stores, operator, self._settings.seed),
            WayBack(desk, CatalogApi(self.site.catalog_url), self._stores),
            self._inbox,
            self.site,
            Caller(self.site),
            stream,
            Turmoil(desk, chance, fleet, shelves, self._stores, self._record),
            Steadiness(fleet, shelves, self._stores, BUNDLES),
            Rehearsal(self.site, self._look, self._injectors()),
            ReleaseManager(),
            conformance,
            Chronicle(self._journal, name),
            LinkTraffic(self.site.links, self._proxy),
            ServiceLog(self.site.parts[Target.CATALOG].log),
        )
        prepared_s = time.monotonic() - began
        try:
            with fleet, conformance, desk, stream:
                yield stage
        finally:
            self._journal.write(
                "figure",
                scenario=name,
                name="the suite's own share of the time",
                value=prepared_s + desk.spent_s,
                unit="s",
            )

    def lacks(self, tags: Iterable[str]) -> str:
        """Why a scenario with these tags cannot be run here (@needs.mount, ...); empty when it can."""
        if "needs.toxiproxy" in tags and (why_not := toxiproxy.lacking()):
            return why_not
        if "needs.report" in tags and (why_not := report.lacking()):
            return why_not
        return "; ".join(why for name, why in self.site.lacking.items() if f"needs.{name}" in tags)

    def tell(self, stage: Stage, name: str, *, failed: bool) -> None:
        attach_story(stage, name, failed=failed)

    def _reset(self, seed: int) -> None:
        """*seed* is the scenario's own, so that its draws do not hang on which scenarios ran before it."""

        catalog = self.site.parts[Target.CATALOG]
        for part in self.site.parts.values():
            if not part.alive and part is not catalog:
                part.start()
        if not catalog.alive:
            self._stores.clear()  # what it has left there may be what it cannot start with
        try:
            self._proxy.reset(seed)
        except BrokenHarnessError as wedged:
            self._journal.write("mended", message=f"the fault proxy was made anew: {wedged}")
            self.site.renew_links()
            self._proxy.reset(seed)
        self.site.renew_catalog()
        self._provider.reset()
        self._inbox.clear()
        self._stores.clear()

    def _shelve_everything(self) -> None:
        shelves = Shelves(self._provider, self._redis, self.site.backup_file)
        shelves.provider_quotes("Europe 5 GB", price=Decimal("19.00"))

    def _injectors(self) -> Mapping[Mechanism, Injector]:
        if self._settings.injector == "nothing":
            return dict.fromkeys(Mechanism, Nothing())
        return {
            Mechanism.LINK: LinkInjector(self.site.links, self._proxy, self.bypassed),
            Mechanism.PART: PartInjector(self.site.parts),
            Mechanism.SCRIPT: ScriptInjector(self._provider, self._record),
            Mechanism.DATA: DataInjector(self._redis, self.site.backup_file),
            Mechanism.MEMORY: MemoryInjector(self._redis),
            Mechanism.DISK: DiskInjector(self.site.backup_file),
            Mechanism.PRESSURE: PressureInjector(self.site.parts, self.site.memory),
        }


@contextmanager
def open_run(recording: Recording) -> Iterator[Run]:
    """Clear what killed runs left, bring the system up, and end all of it afterwards."""
    settings, journal = recording.settings, recording.journal
    recording.describe(backend="embedded", reason=_reason(settings))
    for sentence in sweep():
        journal.write("swept", message=sentence)
    began = time.monotonic()
    with embedded_catalog(settings, recording.logs) as site:
        journal.write("figure", scenario=None, name="backend up", value=round(time.monotonic() - began, 3), unit="s")
        yield Run(settings, site, journal)


def _earlier(replay: str) -> list[Event] | None:
    """The journal whose random faults are to come again, if any."""
    try:
        return read_journal(Path(replay)) if replay else None
    except BrokenHarnessError as unreadable:
        raise UsageError(f"replay cannot be read: {unreadable}; say the journal.jsonl of an earlier run") from None


def _reason(settings: Settings) -> str:
    return "asked for" if settings.backend else "the only one so far"
