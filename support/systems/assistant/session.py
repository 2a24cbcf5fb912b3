"""The session of the assistant: its site, clients and fault injectors for one run."""

import time
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

from support.behave_runtime.recording import Recording
from support.behave_runtime.stage import Stage
from support.core.errors import BrokenHarnessError, NotApplicableError, UsageError
from support.core.journal import Journal
from support.core.settings import Settings
from support.core.target import Target
from support.core.unavailable import absent, unless_lacking
from support.environments.choice import choose
from support.environments.parts import Parts
from support.environments.service_log import ServiceLog
from support.faults.chaos.seeded_random import SeededRandom, earlier_events
from support.faults.desk import FaultDesk
from support.faults.injectors.link import bypassed
from support.measure.link_traffic import LinkTraffic
from support.reporting.figures import suite_share
from support.reporting.timeline_model import TimelineEvents
from support.systems.assistant.actors.administrator import Administrator
from support.systems.assistant.actors.continuous_requests import ContinuousRequests
from support.systems.assistant.actors.fleet import Fleet
from support.systems.assistant.actors.operator import Operator
from support.systems.assistant.actors.pending import PendingRequests
from support.systems.assistant.actors.people import People
from support.systems.assistant.actors.person import Person
from support.systems.assistant.chaos_runner import ChaosRunner
from support.systems.assistant.clients import administrator, api, connect
from support.systems.assistant.dependencies import dependencies
from support.systems.assistant.environment import configuration_file, open_site
from support.systems.assistant.environment.site import EVERY_SCENARIO, Site, empty
from support.systems.assistant.environment.topology import described_services
from support.systems.assistant.observers.store import StoredData
from support.systems.assistant.settings import AssistantSettings
from support.systems.assistant.targets import ASSISTANT
from support.systems.assistant.timeline_events import timeline_events

if TYPE_CHECKING:
    from support.faults.dependency import Dependency

T = TypeVar("T")
FIRST = "summarize"  # what is asked for to see which links and which store are used
RENEWALS = 3  # what ends may write into the store until its very end


class AssistantSession:
    """Objects that live as long as the run. Each scenario gets its own stage."""

    def __init__(self, settings: Settings, site: Site, journal: Journal) -> None:
        self.site = site
        self._settings = settings
        self._lacking = settings.of(AssistantSettings).lacking
        self._journal = journal
        self._earlier = earlier_events(settings.replay)
        self._clients = connect(site, self._lacking)
        self._stored = StoredData(self._clients.redis)
        found = dependencies(site, self._clients, self._bypassed())
        if settings.injector == "nothing":
            found = {target: one.without_effect() for target, one in found.items()}
        self.dependencies: Mapping[Target, Dependency] = found

    @contextmanager
    def scenario(self, name: str, _tags: Collection[str] = ()) -> Iterator[Stage]:
        """A stage on an assistant in its initial state: empty stores, all parts running, no fault."""
        began = time.monotonic()
        seed = zlib.crc32(f"{self._settings.seed}/{name}".encode())
        self._reset(seed)
        clients, site = self._clients, self.site
        desk = FaultDesk(name, self.dependencies, self._journal)
        lacking = self._lacking
        fleet = Fleet(site, lambda url: api(url, lacking), lambda client: administrator(client, lacking))
        first, pending, people = fleet.instances[0], PendingRequests(), ContinuousRequests()
        chance = SeededRandom(self._settings.seed, name, self._journal, self._earlier)
        stage = Stage(
            desk,
            self._unless("instances", fleet, "add", "try_to_add"),
            clients.assistant,
            Person(clients.assistant),
            People(fleet),
            pending,
            people,
            ChaosRunner(desk, chance),
            first.administrator,
            first.on_call,
            self._unless("reload", Operator(site, fleet), "ask_to_reload"),
            clients.record,
            self._unless("alerts", clients.inbox),
            self._unless("store", self._stored),
            site,
            Parts(site.parts),
            LinkTraffic(site.links, site.proxy),
            self._log(),
        )
        prepared_s = time.monotonic() - began
        try:
            with fleet, desk, pending, people:
                yield stage
        finally:
            suite_share(name, prepared_s + desk.overhead_s)

    def lacks(self, tags: Collection[str]) -> str:
        """Why a scenario with these tags cannot run here (@needs.containers, ...); empty if it can."""
        needed = {f"needs.{name}": why for name, why in self.site.lacking.items() if name != EVERY_SCENARIO}
        always = self.site.lacking.get(EVERY_SCENARIO)
        return always or "; ".join(why for name, why in needed.items() if name in tags)

    def timeline_events(self, stage: Stage, began: float) -> TimelineEvents:
        return timeline_events(stage, began)

    def _log(self) -> ServiceLog:
        try:
            part = self.site.parts[ASSISTANT]
            return self._unless("log", ServiceLog(part.log, part.settle_log))
        except NotApplicableError as why:
            return absent(ServiceLog, str(why))

    def _unless(self, capability: str, thing: T, *verbs: str) -> T:
        return unless_lacking(self._lacking, capability, thing, *verbs)

    def _reset(self, seed: int) -> None:
        """*seed* belongs to the scenario, so that its random choices do not depend on earlier scenarios."""
        if not self.site.shared:
            self._write_configuration()  # first: with mistakes in it, nothing would start
            for part in self.site.parts.values():
                if not part.alive:
                    part.start()
        self._reset_proxy(seed)
        for standin in (self._clients.ai_service.reset, self._clients.inbox.clear):
            with suppress(NotApplicableError):
                standin()
        self._renew()
        with suppress(NotApplicableError):
            self._clients.inbox.clear()

    def _reset_proxy(self, seed: int) -> None:
        try:
            with suppress(NotApplicableError):
                self.site.proxy.reset(seed)
        except BrokenHarnessError as wedged:
            self._journal.write("mended", message=f"the fault proxy was restarted: {wedged}")
            self.site.renew_links()
            self.site.proxy.reset(seed)

    def _renew(self) -> None:
        """A fresh start without stored data. What ends may write down what it knows until its very end, so that is looked at."""
        for _ in range(RENEWALS):
            with suppress(NotApplicableError):
                self._stored.clear()
            with suppress(NotApplicableError):
                empty(self.site.folder.data)
            self._write_configuration()
            self.site.renew_assistant()
            if not (left := self._left()):
                return
        raise BrokenHarnessError(f"the assistant starts with stored data: {', '.join(left[:3])}")

    def _write_configuration(self) -> None:
        with suppress(NotApplicableError):
            configuration_file.write(self.site.folder.configuration, configuration_file.SHORT_TIMES)

    def _left(self) -> list[str]:
        """What is still there of an earlier scenario, in the store and in the records of the assistant."""
        left: list[str] = []
        with suppress(NotApplicableError):
            left += self._stored.keys()
        with suppress(NotApplicableError):
            self.site.folder.data.exists()  # absent where its records cannot be removed
            administrator = Administrator(self._clients.assistant)
            left += ["alerts"] if administrator.alerts().body.get("recent") else []
            left += ["rows of the history"] if administrator.history().body.get("rows") else []
        return left

    def _bypassed(self) -> set[Target]:
        with suppress(NotApplicableError):
            person = Person(self._clients.assistant)
            found = bypassed(self.site.links, self.site.proxy, lambda: person.ask(FIRST))
            if self.site.shared and "store" not in self._lacking:
                self._demand_own_store()
            return found
        return set()

    def _demand_own_store(self) -> None:
        """An answer has just been given: it must have arrived in the store whose keys we are to remove."""
        with suppress(NotApplicableError):  # its address was not given
            if not self._stored.answers(FIRST):
                raise UsageError(
                    "an answer of the assistant did not arrive where assistant.redis_url leads, so that is not shown to be the "
                    "assistant's own, and nothing was removed; say the address that the assistant uses"
                )


@contextmanager
def open_assistant(recording: Recording) -> Iterator[AssistantSession]:
    """Start the assistant, and stop everything afterwards."""
    settings, journal = recording.settings, recording.journal
    own = settings.of(AssistantSettings)
    choice = choose(settings, own.implied, lambda: [str(one["image"]) for one in described_services(settings).values()])
    recording.describe("assistant", backend=choice.backend, reason=choice.reason)
    began = time.monotonic()
    with open_site(choice.backend, settings, recording.logs) as site:
        journal.write("figure", scenario=None, name="backend up", value=round(time.monotonic() - began, 3), unit="s")
        yield AssistantSession(settings, site, journal)
