"""All looks at one service, in about ten seconds: what is there, what is missing, and what is wrong."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

from support.core.bounds import LateError
from support.core.errors import NotApplicableError, NotStartedError, UsageError
from support.core.eventually import patiently
from support.core.settings import Settings
from support.environments.choice import refuse_others
from support.measure.ending import asked_to_stop, ended_well
from support.measure.host_load import HostLoad
from support.standins.script import Rule, Status
from support.systems.catalog.actors.catalog_api import Response
from support.systems.catalog.clients import connect
from support.systems.catalog.conformance import MissingError, answers, monitoring, process, storing
from support.systems.catalog.data.catalog_seed import CatalogSeed
from support.systems.catalog.environment import open_site
from support.systems.catalog.environment.site import Site
from support.systems.catalog.observers.service_log import ServiceLog
from support.systems.catalog.settings import CatalogSettings
from support.systems.catalog.targets import CATALOG, DATABASE, PROVIDER, SAVED_COPY
from support.systems.protocol import Finding

GROUPS = {
    "Standard Fixed": {"Europe 5 GB": Decimal("19.00"), "Japan 3 GB": Decimal("12.50")},
    "Premium": {"Global 10 GB": Decimal("45.00")},
}
PRICES = {name: price for group in GROUPS.values() for name, price in group.items()}
EUROPE, JAPAN, GLOBAL = PRICES
SEARCHES = {
    "search=europe": [EUROPE],
    "search=_3GB_": [JAPAN],
    "search=nowhere": [],
    "group=Premium": [GLOBAL],
    "country=JP": [JAPAN, GLOBAL],
    "country=JP&search=japan": [JAPAN],
}
SAVED_S, BACKED_UP_S = 2 * 3600, 3 * 86400
SOON, STOPS_WITHIN = timedelta(seconds=3), timedelta(seconds=1)
LAST = "SIGTERM"
Check = Callable[[], object]


def examine(settings: Settings, logs: Path) -> Iterator[Finding]:
    """Start the candidate that *settings* name on its backend, else the reference, and look at each clause of its contract."""
    own = settings.of(CatalogSettings)
    backend = settings.backend or next(iter(own.implied), "embedded")
    refuse_others(backend, own.implied)
    if backend == "attached":
        raise UsageError(
            "the doctor starts the service itself, empties its stores and stops it; "
            "say -D catalog.command=... or -D catalog.image=... instead of the address of one that runs"
        )
    try:
        with open_site(backend, settings, logs) as site:
            yield from _Examination(site, own.lacking).findings()
    except NotStartedError as silent:
        if silent.part != CATALOG.name:
            raise
        yield Finding("start", "wrong", str(silent))


class _Examination:
    """The looks in an order in which each costs little; those at nothing come first."""

    def __init__(self, site: Site, lacking: list[str]) -> None:
        self._site = site
        self._lacking = lacking
        self._clients = connect(site, ())
        self._api = self._clients.catalog
        self._seed = CatalogSeed(self._clients.provider, self._clients.saved_copy, site.backup_file)
        self._part = site.parts[CATALOG]

    def findings(self) -> Iterator[Finding]:
        for phase in (self._nothing, self._backup, self._saved_copy, self._update, self._rejection, self._process):
            yield from phase()

    def _nothing(self) -> Iterator[Finding]:
        """No source has anything."""
        api = self._api
        self._provider_answers(Status(500))
        yield self._look("SIGHUP", lambda: process.reloads(self._part, api), "reload")
        self._begin_anew()
        self._use = storing.Use(self._site.links, self._site.proxy)
        with suppress(NotApplicableError):
            self._log = ServiceLog(self._part.log, self._part.settle_log)
        yield self._look("GET /health/live", lambda: answers.alive(api))
        yield self._look("GET /health/ready", lambda: answers.ready(api.get("/health/ready")))
        yield self._look(
            "GET /sync before an update", lambda: answers.report_before_the_first_update(api.last_update())
        )
        yield self._look("GET /bundles without a source", lambda: answers.refusal(api.bundles()))
        yield self._look("POST /sync without a source", lambda: answers.failed_update(api.update()))
        yield self._look(
            "GET /health without a source", lambda: answers.status_page(api.health(), "down"), "status-page"
        )

    def _backup(self) -> Iterator[Finding]:
        """The backup has everything, and nobody else."""
        self._seed.backup_quotes(PRICES)
        yield self._look("answers from the backup", lambda: self._comes_from("backup", BACKED_UP_S))

    def _saved_copy(self) -> Iterator[Finding]:
        self._begin_anew()
        self._seed.backup_quotes(PRICES)
        self._seed.saved_copy_quotes(PRICES, timedelta(seconds=SAVED_S))
        yield self._look("answers from the saved copy", lambda: self._comes_from("cache", SAVED_S), "stores")

    def _update(self) -> Iterator[Finding]:
        """The provider is well, and the catalog has been updated."""
        api = self._api
        for group, offers in GROUPS.items():
            for name, price in offers.items():
                self._seed.provider_quotes(name, price, group)
        self._provider_answers(None)
        with suppress(NotApplicableError):
            self._clients.record.clear()
        made = api.update()
        yield self._look("POST /sync", lambda: answers.report(made, "completed"))
        yield self._look("GET /sync", lambda: answers.last_report(api, made))
        yield self._look("requests to the provider", lambda: storing.provider_is_asked(self._clients.record, GROUPS))
        yield self._look("answers from the provider", lambda: self._comes_from("provider", 0))
        for query, names in SEARCHES.items():
            yield self._look(f"GET /bundles?{query}", partial(answers.finds, api.bundles(f"?{query}"), names))
        yield self._look(
            "pages of GET /bundles", lambda: answers.show_each_once(answers.read_pages(api, 2, 3), list(PRICES))
        )
        for query in answers.SENSELESS_QUERIES:
            yield self._look(f"GET /bundles?{query}", partial(answers.refuses, api.bundles(f"?{query}")))
        yield self._look("GET /bundles/{name}", lambda: answers.one_bundle(api, "esim_EU_5GB_30D_V2"))
        yield self._look("GET /bundles/{name}, unknown", lambda: answers.not_found(api.get("/bundles/no_such_bundle")))
        yield self._look("GET /health", lambda: answers.status_page(api.health(), "healthy"), "status-page")
        for target, setting in (
            (PROVIDER, "CATALOG_PROVIDER_URL"),
            (SAVED_COPY, "CATALOG_REDIS_URL"),
            (DATABASE, "CATALOG_DATABASE_URL"),
        ):
            yield self._look(f"use of the {target}", partial(self._use.of, target, setting))
        yield self._look("saved copy", lambda: storing.saved_copy(self._clients.stores, PRICES), "stores")
        yield self._look("database", lambda: storing.database(self._clients.stores, PRICES), "stores")
        yield self._look("release of the lock", lambda: storing.lock_is_released(self._clients.stores), "stores")

    def _rejection(self) -> Iterator[Finding]:
        """The provider rejects the key."""
        with suppress(NotApplicableError):
            self._clients.inbox.clear()
        self._provider_answers(Status(401))
        self._api.update()
        yield self._look("alerts", lambda: monitoring.alert(self._clients.inbox), "alerts")
        yield self._look(
            "log of a failed request", lambda: monitoring.log(self._log, "provider.request_failed", "error"), "log"
        )
        yield self._look("log of an update", lambda: monitoring.log(self._log, "refresh.ended", "info"), "log")
        yield self._look("GET /metrics", lambda: monitoring.metrics(self._api), "metrics")

    def _process(self) -> Iterator[Finding]:
        self._provider_answers(None)
        yield self._look("second instance", lambda: process.runs_twice(self._site), "instances")
        for variable, value in process.SENSELESS.items():
            yield self._look(f"{variable}={value}", partial(self._refuses, variable, value))
        yield self._look(LAST, lambda: ended_well(asked_to_stop(self._part), STOPS_WITHIN))

    def _refuses(self, variable: str, value: str) -> None:
        process.was_refused(process.start_with(self._site, {variable: value}))

    def _look(self, subject: str, check: Check, capability: str = "") -> Finding:
        if capability in self._lacking:
            return Finding(subject, "lacking", "", capability)
        try:
            with HostLoad() as host_load:
                check()
        except NotApplicableError as why:
            return Finding(subject, "not looked at", str(why))
        except LateError as late:
            busy = f", while other processes took {host_load.others().value:.0f} % of the processors' time"
            return Finding(subject, "not looked at" if host_load.too_busy else "wrong", f"{late}{busy}")
        except AssertionError as wrong:
            missing = next((one for one in (wrong, wrong.__cause__) if isinstance(one, MissingError)), None)
            if missing and capability:
                return Finding(subject, "missing", str(missing), capability)
            return Finding(subject, "wrong", f"{missing or wrong}{self._crash() if subject != LAST else ''}")
        return Finding(subject, "there")

    def _crash(self) -> str:
        """How the service ended, if it did; it is started again, for the other looks."""
        with suppress(NotApplicableError):
            if (status := self._part.exit_status) is not None:
                self._part.start()
                return f"; the service has ended, with exit status {status}"
        return ""

    def _comes_from(self, source: str, age_s: float) -> None:
        def check() -> Response:
            answer = self._api.bundles()
            answers.says_where_it_comes_from(answer, source, age_s)
            return answer

        patiently(check, within=SOON, every=0.05)

    def _begin_anew(self) -> None:
        """Nothing is stored, and the service has forgotten what it had."""
        with suppress(NotApplicableError):
            self._clients.stores.clear()
        self._site.renew_catalog()

    def _provider_answers(self, answer: Status | None) -> None:
        with suppress(NotApplicableError):
            self._clients.provider.script([Rule(answer=answer)] if answer else [])
