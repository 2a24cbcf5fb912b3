"""One run: what lives as long as it does, and what lives as long as a scenario."""

import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from support.behave_runtime.recording import Recording
from support.behave_runtime.stage import Stage
from support.core.capabilities import unless_lacking
from support.core.errors import BrokenHarnessError, NotApplicableError, UsageError
from support.core.journal import Event, Journal, read_journal
from support.core.settings import Settings
from support.core.target import Target
from support.core.unavailable import absent
from support.environments.choice import choose, open_site
from support.environments.cleanup import clear
from support.environments.images import toxiproxy
from support.environments.parts import EVERY_SCENARIO, Site
from support.faults.chaos.seeded_random import Chance
from support.faults.desk import FaultDesk
from support.faults.injectors.base import Injector, Nothing
from support.faults.injectors.disk import DiskInjector
from support.faults.injectors.link import LinkInjector, bypassed
from support.faults.injectors.process import PartInjector
from support.faults.injectors.process_memory import PressureInjector
from support.faults.injectors.redis_memory import MemoryInjector
from support.faults.model import Mechanism
from support.gate.output import report
from support.measure.link_traffic import LinkTraffic
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
from support.systems.catalog.injectors.data import DataInjector
from support.systems.catalog.injectors.provider import ScriptInjector
from support.systems.catalog.instruments import instruments
from support.systems.catalog.mid_update_faults import Halfway
from support.systems.catalog.observers.service_log import ServiceLog
from support.systems.catalog.observers.steady_state import Steadiness
from support.systems.catalog.probes import Probes
from support.systems.catalog.recovery_timer import WayBack
from support.systems.catalog.report import attach_story
from support.systems.catalog.targets import CATALOG
from support.systems.harness.actors.caller import Caller
from support.systems.harness.actors.pipelines import Team
from support.systems.harness.actors.release_manager import ReleaseManager
from support.systems.harness.desk_self_test import Rehearsal
from support.systems.harness.fault_proxy_conformance import Conformance
from support.systems.harness.journal_reader import Chronicle

T = TypeVar("T")
NOT_OURS = "what is judged runs elsewhere (backend=attached), and is not ours to break"


class Run:
    """The system under test, and everything that looks at it or breaks it."""

    def __init__(self, settings: Settings, site: Site, journal: Journal) -> None:
        self.site = site
        self._settings = settings
        self._journal = journal
        self._proxy = site.proxy
        bound = instruments(site)
        self._provider, self._record, self._inbox = bound.provider, bound.record, bound.inbox
        self._redis, self._stores, self._catalog = bound.saved_copy, bound.stores, bound.catalog
        self._look = Probes(site, self._redis).look
        self._earlier = _earlier(settings.replay)
        self.bypassed = self._bypassed()

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
            self._unless("instances", fleet, "add"),
            Shopper(self._catalog),
            self._unless("metrics", self._unless("status-page", operator, "status_page"), "counter"),
            shelves,
            self._unless("stores", self._stores),
            self._record,
            halfway,
            Upheaval(desk, halfway, shelves, operator, self._stores),
            Rush(shelves, operator, self.site.catalog_url),
            LargeUpdates(self.site, shelves, self._settings.seed),
            Demand(self.site.catalog_url, shelves, self._record, self._stores, operator, self._settings.seed),
            WayBack(desk, CatalogApi(self.site.catalog_url), self._stores),
            self._unless("alerts", self._inbox),
            self.site,
            Caller(self.site),
            stream,
            Turmoil(desk, chance, fleet, shelves, self._stores, self._record),
            Steadiness(fleet, shelves, self._stores, BUNDLES),
            Rehearsal(self.site, self._look, self._injectors()),
            ReleaseManager(),
            Team(),
            conformance,
            Chronicle(self._journal, name),
            LinkTraffic(self.site.links, self._proxy),
            self._log(),
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

    def _log(self) -> ServiceLog:
        try:
            part = self.site.parts[CATALOG]
            return self._unless("log", ServiceLog(part.log, part.settle_log))
        except NotApplicableError as why:
            return absent(ServiceLog, str(why))

    def _unless(self, capability: str, thing: T, *verbs: str) -> T:
        return unless_lacking(self._settings.lacking, capability, thing, *verbs)

    def lacks(self, tags: Iterable[str]) -> str:
        """Why a scenario with these tags cannot be run here (@needs.mount, ...); empty when it can."""
        if "needs.toxiproxy" in tags and (why_not := toxiproxy.lacking()):
            return why_not
        if "needs.report" in tags and (why_not := report.lacking()):
            return why_not
        needed = {f"needs.{name}": why for name, why in self.site.lacking.items() if name != EVERY_SCENARIO}
        always = self.site.lacking.get(EVERY_SCENARIO)
        return always or "; ".join(why for name, why in needed.items() if name in tags)

    def tell(self, stage: Stage, name: str, *, failed: bool) -> None:
        attach_story(stage, name, failed=failed)

    def _reset(self, seed: int) -> None:
        """*seed* is the scenario's own, so that its draws do not hang on which scenarios ran before it."""
        catalog = self.site.parts[CATALOG]
        if not self.site.shared:
            for part in self.site.parts.values():
                if not part.alive and part is not catalog:
                    part.start()
            if not catalog.alive:
                self._stores.clear()  # what it has left there may be what it cannot start with
        try:
            with suppress(NotApplicableError):
                self._proxy.reset(seed)
        except BrokenHarnessError as wedged:
            self._journal.write("mended", message=f"the fault proxy was made anew: {wedged}")
            self.site.renew_links()
            self._proxy.reset(seed)
        self.site.renew_catalog()
        with suppress(NotApplicableError):
            self._provider.reset()
        with suppress(NotApplicableError):
            self._inbox.clear()
        with suppress(NotApplicableError):
            self._stores.clear()

    def _bypassed(self) -> set[Target]:
        shelves = Shelves(self._provider, self._redis, self.site.backup_file)
        with suppress(NotApplicableError):
            shelves.provider_quotes("Europe 5 GB", price=Decimal("19.00"))
            return bypassed(self.site.links, self._proxy, self._catalog.update)
        return set()

    def _injectors(self) -> Mapping[Mechanism, Injector]:
        if self._settings.injector == "nothing":
            return dict.fromkeys(Mechanism, Nothing())
        reachable: dict[Mechanism, Injector] = {
            Mechanism.LINK: LinkInjector(self.site.links, self._proxy, self.bypassed),
            Mechanism.SCRIPT: ScriptInjector(self._provider, self._record),
        }
        if self.site.shared:
            return dict.fromkeys(Mechanism, absent(PartInjector, NOT_OURS)) | reachable
        return reachable | {
            Mechanism.PART: PartInjector(self.site.parts),
            Mechanism.DATA: DataInjector(self._redis, self.site.backup_file),
            Mechanism.MEMORY: MemoryInjector(self._redis),
            Mechanism.DISK: DiskInjector(self.site.backup_file),
            Mechanism.PRESSURE: PressureInjector(self.site.parts, self.site.memory),
        }


@contextmanager
def open_run(recording: Recording, beside: str = "") -> Iterator[Run]:
    """Clear what killed runs left, bring the system up, and end all of it afterwards. *beside* tells what runs elsewhere."""
    settings, journal = recording.settings, recording.journal
    choice = choose(settings)
    recording.describe(backend=choice.backend, reason=choice.reason + beside)
    for sentence in clear():
        journal.write("swept", message=sentence)
    began = time.monotonic()
    with open_site(choice.backend, settings, recording.logs) as site:
        journal.write("figure", scenario=None, name="backend up", value=round(time.monotonic() - began, 3), unit="s")
        yield Run(settings, site, journal)


def _earlier(replay: str) -> list[Event] | None:
    """The journal whose random faults are to come again, if any."""
    try:
        return read_journal(Path(replay)) if replay else None
    except BrokenHarnessError as unreadable:
        raise UsageError(f"replay cannot be read: {unreadable}; say the journal.jsonl of an earlier run") from None
